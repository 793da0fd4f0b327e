import type { MeasuredDocument } from './document/document';
import { windowIds, windowsOf } from './document/windows';
import { experiments, type Experiment } from './lab';
import type { ModelInfo } from './model';
import type { PanelState } from './panel';
import { figuresOfBoth } from './pythonFigures/both';
import { figureOfExperiment } from './pythonFigures/experiments';
import { hasMatrices, idsOf, matrixName, runsInPython, type Figure } from './pythonFigures/figure';
import type { SectionId } from './rooms';
import { searchedIn, type Side } from './sides';
import { english } from './translator';
import { parseExpression, type Expression } from './vectors/expression';

/** What the figures of a section are called in `copyPython`. */
export const whats = [
  ...(['tokens', 'token', 'neighbours', 'vectorscope', 'vector', 'steer', 'predictions', 'journey', 'lens'] as const),
  ...(['sizeMap', 'position', 'attention', 'ablation', 'texts', 'textsNext', 'patch', 'document', 'tensors'] as const),
  ...(['bothText', 'bothNext', 'bothLayers', 'bothRows', 'bothNeighbours'] as const),
  ...experiments,
] as const;
export type What = (typeof whats)[number];

/** The figures of the sections whose menus have no entry of their own. */
export const figuresOf: Readonly<Partial<Record<SectionId, readonly Exclude<What, Experiment>[]>>> = {
  token: ['token'],
  vectorscope: ['vectorscope'],
  vector: ['vector'],
  'vector-scope': ['vectorscope'],
  steer: ['steer'],
  journey: ['journey', 'lens'],
  attention: ['attention', 'ablation'],
  'size-map': ['sizeMap'],
  position: ['position'],
  texts: ['texts'],
  'texts-next': ['textsNext'],
  'texts-layers': ['texts'],
  patch: ['patch'],
  document: ['document'],
  both: ['bothText'],
  'both-text': ['bothText'],
  'both-next': ['bothNext'],
  'both-layers': ['bothLayers'],
  'both-matrix': ['bothRows', 'bothNeighbours'],
  'file-tensors': ['tensors'],
};

const row = (side: Side, id: number): string => `row(${matrixName(side)}, ${id})`;

/** An expression as arithmetic of numpy; null if the ids of its tokens are not known. */
function arithmetic(expression: string, { vector }: PanelState): string | null {
  const parsed = parseExpression(expression, english);
  if ('fault' in parsed) return null;
  const made = vector?.expression === expression ? vector.result : null;
  const code = (node: Expression): string => {
    if ('terms' in node) {
      const sum = `(${node.terms.map(code).join(' + ')})`;
      return node.kind === 'mean' ? `${sum} / ${node.terms.length}` : sum;
    }
    if (node.kind === 'times') return `${node.factor} * ${code(node.of)}`;
    if (node.kind === 'unit') return `unit(${code(node.of)})`;
    if (node.kind === 'residual') return `residual(${node.layer ?? -1})`;
    const id =
      node.kind === 'id' ? node.id : made?.operands.find(({ span }) => span.from === node.span.from)?.token?.token.id;
    return row(node.side ?? 'input', id ?? NaN);
  };
  const written = code(parsed.expression);
  return written.includes('NaN') ? null : written;
}

/** What is known beside the state. */
interface Known {
  readonly document?: MeasuredDocument | undefined;
}
type FigureOf = (state: PanelState, model: ModelInfo, known: Known) => Figure | null;

const ran = (script: string, of: (state: PanelState) => Figure['values'] | null): FigureOf => {
  return (state, model) => {
    const ids = idsOf(state);
    const values = runsInPython(model) && ids.length > 0 ? of(state) : null;
    return values && { script, values: { ids, ...values } };
  };
};

/** The same of the chosen position. */
const atPosition = (
  script: string,
  of: (state: PanelState, position: number) => Figure['values'] | null = () => ({}),
): FigureOf =>
  ran(script, (state) => {
    const { position, run } = state;
    const values = position !== null && run && position < run.length ? of(state, position) : null;
    return values && { position, ...values };
  });

interface Searched {
  /** In Python; null if it cannot be written. */
  readonly vector: string | null;
  readonly rows: Side;
  readonly centred: boolean;
  /** Where its residuals are read. */
  readonly at?: number | null;
}

/** A vector among the rows of a matrix. */
function amongRows(state: PanelState, model: ModelInfo, searched: Searched): Figure | null {
  const { vector, rows, centred, at = state.position } = searched;
  const { neighbours: count } = state.options;
  const ids = idsOf(state);
  const reads = vector?.includes('residual(') ?? false;
  if (vector === null || (reads ? !runsInPython(model) || !(at !== null && at < ids.length) : !hasMatrices(model)))
    return null;
  const values = { centred, count, ...(reads && { ids, position: at }) };
  return { script: reads ? 'textVector' : 'vector', values, code: { vector, rows: matrixName(rows) } };
}

/** The figures of a change of the run list the tokens of its result. */
const changedTokens = (result: { readonly tokens: readonly { readonly token: { readonly id: number } }[] } | null) =>
  (result?.tokens ?? []).map(({ token }) => token.id);

const ofPanel: Readonly<Record<Exclude<What, Experiment | 'tensors'>, FigureOf>> = {
  tokens: (state, model, known) =>
    ran('tokens', () => ({ first: 0 }))(state, model, known) ??
    (state.text && hasMatrices(model)
      ? { script: 'sizes', values: { ids: state.text.tokens.map(({ id }) => id) } }
      : null),
  token: ({ token }, model) =>
    token && hasMatrices(model) ? { script: 'sizes', values: { ids: [token.token.id] } } : null,
  neighbours: (state, model) => {
    const { neighbours: found } = state;
    if (!found) return null;
    const { query, space, centred } = found;
    const vector = row(space === 'output' ? 'output' : 'input', query.id);
    return amongRows(state, model, { vector, rows: searchedIn(space), centred });
  },
  vectorscope: (state, model) => {
    const { axis, centred } = state.scope ?? {};
    if (!axis || centred === undefined) return null;
    if (axis.kind === 'vector')
      return axis.expression === state.vector?.expression ? ofPanel.vector(state, model, {}) : null;
    if (axis.kind === 'residual') {
      const vector = `residual(${axis.layer})`;
      return amongRows(state, model, { vector, rows: 'output', centred, at: axis.position });
    }
    return amongRows(state, model, { vector: row(axis.side ?? 'output', axis.token.id), rows: 'output', centred });
  },
  vector: (state, model) => {
    const { expression = '', result } = state.vector ?? {};
    if (!result) return null;
    const { side: rows, centred } = result;
    return amongRows(state, model, { vector: arithmetic(expression, state), rows, centred });
  },
  steer: (state, model, known) => {
    const { steering, result } = state.steer ?? {};
    const vector = steering ? arithmetic(steering.expression, state) : null;
    if (!steering || !result || vector === null) return null;
    const { how, strength, layer, positions } = steering;
    const layers = Array.from({ length: model.trunk?.layers ?? 0 }, (_, index) => index + 1);
    const figure = atPosition('steer', (_, position) => ({
      ...{ tokens: changedTokens(result), how, strength, first: positions === 'last' ? position : 0 },
      places: layer === null ? layers : [layer],
    }))(state, model, known);
    return figure && { ...figure, code: { vector } };
  },
  predictions: atPosition('prediction', ({ options: { top: count } }) => ({ count })),
  journey: atPosition('journey', ({ journey }) => journey && { output: journey.output.id }),
  lens: atPosition('lens'),
  sizeMap: ran('sizeMap', () => ({})),
  position: (state, model, known) => {
    const { position } = state;
    if (model.trunk?.position === 'learned') return atPosition('learned')(state, model, known);
    const rotary = model.trunk?.rotary;
    return rotary && position !== null ? { script: 'position', values: { position, ...rotary } } : null;
  },
  attention: atPosition('attention', ({ attention: { open }, model }) =>
    // In Gemma a norm divides what a head adds by the size of what all add.
    open && !model?.architecture.startsWith('gemma') ? { layer: open.layer, head: open.head } : null,
  ),
  ablation: atPosition('ablation', ({ ablation, model, run, text }) => {
    if (!ablation?.result || (ablation.part.kind === 'head' && model?.architecture.startsWith('gemma'))) return null;
    const { part, by, result } = ablation;
    // A mean is over all positions, and of a very long text only the first ids are here.
    if (by === 'mean' && (run?.length ?? 0) > (text?.tokens.length ?? 0)) return null;
    const head = part.kind === 'head' ? part.head : null;
    return { tokens: changedTokens(result), part: part.kind, layer: part.layer, head, by };
  }),
  texts: ran('texts', (state) => {
    const result = state.texts?.result;
    return result ? { a: idsOf(state), b: result.tokens.map(({ id }) => id), pairs: result.pairs } : null;
  }),
  textsNext: ran('textsNext', (state) => {
    const { result, next } = state.texts ?? {};
    if (!result || !next) return null;
    const { position, otherPosition: other } = next;
    return { a: idsOf(state), b: result.tokens.map(({ id }) => id), position, other, tokens: changedTokens(next) };
  }),
  patch: ran('patch', (state) => {
    const { result, next, patch } = state.texts ?? {};
    const pair = result?.pairs.find(([, at]) => at === patch?.open?.at);
    if (!result || !next || !patch?.open || !pair) return null;
    const { part, layer, open } = patch;
    if (part === 'head' && state.model?.architecture.startsWith('gemma')) return null;
    const rowAt = part === 'head' ? [layer, open.row] : [open.row, null];
    const place = [next.position, next.otherPosition, ...pair, ...(patch.tokens ?? next.likeliest), part, ...rowAt];
    return { a: idsOf(state), b: result.tokens.map(({ id }) => id), place };
  }),
  ...figuresOfBoth,
  document: ({ document: view }, model, { document }) => {
    if (!view || view.measured === 0 || !runsInPython(model)) return null;
    if (!document) return { script: 'tokens', values: { ids: [], first: 0 } };
    // The window of the most surprising token.
    const most = document.tokens.starts.indexOf(view.surprising[0]?.start ?? 0);
    const windows = windowsOf(document.tokens, document.window);
    const window = windows.find(({ to }) => most < to) ?? { start: 0, from: 0, to: document.measured };
    const first = document.tokens.added + window.from - window.start;
    return { script: 'tokens', values: { ids: [...windowIds(document.tokens, window)], first } };
  },
};

/** The tensors whose statistics were read. */
function tensorsOf({ file }: PanelState): Figure | null {
  const names = Object.entries(file?.statistics ?? {}).flatMap(([name, { kind }]) => (kind === 'read' ? [name] : []));
  return names.length > 0 ? { script: 'tensor', values: { names } } : null;
}

/** The script for a figure of the panel; null if there is none, or nothing to compute. */
export function figureOf(what: What, state: PanelState, known: Known = {}): Figure | null {
  const { model, lab } = state;
  if (what === 'tensors') return tensorsOf(state);
  if (!model) return null;
  if (Object.hasOwn(ofPanel, what)) return ofPanel[what as keyof typeof ofPanel](state, model, known);
  const done = lab[what as Experiment]?.done;
  return done && done.share === undefined && hasMatrices(model)
    ? figureOfExperiment(done.ask, done.result.result, model)
    : null;
}
