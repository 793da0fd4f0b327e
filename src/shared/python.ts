import type { ModelInfo } from './model';
import type { PanelState } from './panel';
import type { SectionId } from './rooms';
import { searchedIn, type Side } from './sides';
import { english } from './translator';
import { parseExpression, type Expression } from './vectors/expression';

export type Literal = number | string | boolean | null | readonly Literal[];

/** A script that computes a figure anew, and what it is filled with. */
export interface PythonFigure {
  /** The name of a script in `src/extension/python/figures`. */
  readonly script: string;
  /** Written as Python's literals. */
  readonly values: Readonly<Record<string, Literal>>;
  /** Python code, inserted as it is. */
  readonly code?: Readonly<Record<string, string>>;
}

/** The families that `transformers` reads from a GGUF file with all that their equations need. */
const readFromGguf = ['llama', 'qwen2', 'qwen3', 'gpt2'];

/** Whether a script can run the layers of the model. */
function runsInPython({ architecture, trunk, layout, server }: ModelInfo): boolean {
  if (!trunk || server || layout === 'parts') return false;
  // From a GGUF file transformers takes neither scaled frequencies nor windows.
  const isPlain = !trunk.windowed && (trunk.position === 'learned' || trunk.rotary !== null);
  return layout === 'folder' || (readFromGguf.includes(architecture) && isPlain);
}

/** Whether a script can read the two matrices. */
const hasMatrices = ({ sizes, server, source }: ModelInfo): boolean => sizes !== null && !server && !source;

const matrixName = (side: Side): string => (side === 'input' ? 'E' : 'U');

/** The ids that were run. */
const idsOf = ({ text, run }: PanelState): readonly number[] =>
  text && run ? text.tokens.slice(0, run.length).map(({ id }) => id) : [];

/** What the figures of a section are called in `copyPython`. */
export const whats = [
  ...(['tokens', 'token', 'neighbours', 'vectorscope', 'vector', 'steer', 'predictions', 'journey', 'lens'] as const),
  ...(['position', 'attention', 'patch', 'bothRows', 'tensors'] as const),
] as const;
export type PythonKind = (typeof whats)[number];

/** The figures of the sections whose menus have no entry of their own. */
export const figuresOf: Readonly<Partial<Record<SectionId, readonly PythonKind[]>>> = {
  token: ['token'],
  vectorscope: ['vectorscope'],
  vector: ['vector'],
  'vector-scope': ['vectorscope'],
  steer: ['steer'],
  journey: ['journey', 'lens'],
  attention: ['attention'],
  position: ['position'],
  patch: ['patch'],
  'both-matrix': ['bothRows'],
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
    // Each family of Transformers calls the module of its neurons by another name.
    if (node.kind === 'neuron') return `${NaN}`;
    const id =
      node.kind === 'id' ? node.id : made?.operands.find(({ span }) => span.from === node.span.from)?.token?.token.id;
    return row(node.side ?? 'input', id ?? NaN);
  };
  const written = code(parsed.expression);
  return written.includes('NaN') ? null : written;
}

type FigureOf = (state: PanelState, model: ModelInfo) => PythonFigure | null;

/** A figure of the run at the chosen position. */
const atPosition =
  (script: string, of: (state: PanelState, position: number) => PythonFigure['values'] | null = () => ({})): FigureOf =>
  (state, model) => {
    const ids = idsOf(state);
    const { position, run } = state;
    const isRead = runsInPython(model) && ids.length > 0 && position !== null && run && position < run.length;
    const values = isRead ? of(state, position) : null;
    return values && { script, values: { ids, position, ...values } };
  };

const sizes = (ids: readonly number[], model: ModelInfo): PythonFigure | null =>
  ids.length > 0 && hasMatrices(model) ? { script: 'sizes', values: { ids } } : null;

interface Searched {
  /** In Python; null if it cannot be written. */
  readonly vector: string | null;
  readonly rows: Side;
  readonly centred: boolean;
}

/** A vector among the rows of a matrix; none for one that a text has part in. */
function amongRows(
  { options: { neighbours: count } }: PanelState,
  model: ModelInfo,
  searched: Searched,
): PythonFigure | null {
  const { vector, rows, centred } = searched;
  if (vector === null || vector.includes('residual(') || !hasMatrices(model)) return null;
  return { script: 'vector', values: { centred, count }, code: { vector, rows: matrixName(rows) } };
}

/** The figures of a change of the run list the tokens of its result. */
const changedTokens = (result: { readonly tokens: readonly { readonly token: { readonly id: number } }[] }) =>
  result.tokens.map(({ token }) => token.id);

const ofPanel: Readonly<Record<Exclude<PythonKind, 'tensors'>, FigureOf>> = {
  tokens: ({ text }, model) => sizes(text?.tokens.map(({ id }) => id) ?? [], model),
  token: ({ token }, model) => sizes(token ? [token.token.id] : [], model),
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
      return axis.expression === state.vector?.expression ? ofPanel.vector(state, model) : null;
    if (axis.kind === 'residual') return null;
    return amongRows(state, model, { vector: row(axis.side ?? 'output', axis.token.id), rows: 'output', centred });
  },
  vector: (state, model) => {
    const { expression = '', result } = state.vector ?? {};
    if (!result) return null;
    const { side: rows, centred } = result;
    return amongRows(state, model, { vector: arithmetic(expression, state), rows, centred });
  },
  steer: (state, model) => {
    const { steering, result } = state.steer ?? {};
    const vector = steering ? arithmetic(steering.expression, state) : null;
    if (!steering || !result || vector === null) return null;
    const { how, strength, layer, positions } = steering;
    const layers = Array.from({ length: model.trunk?.layers ?? 0 }, (_, index) => index + 1);
    const figure = atPosition('steer', (_, position) => ({
      ...{ tokens: changedTokens(result), how, strength, first: positions === 'last' ? position : 0 },
      places: layer === null ? layers : [layer],
    }))(state, model);
    return figure && { ...figure, code: { vector } };
  },
  predictions: atPosition('prediction', ({ options: { top: count } }) => ({ count })),
  journey: atPosition('journey', ({ journey }) => journey && { output: journey.output.id }),
  lens: atPosition('lens'),
  position: ({ position }, { trunk }) =>
    trunk?.rotary && position !== null ? { script: 'position', values: { position, ...trunk.rotary } } : null,
  attention: atPosition('attention', ({ attention: { open }, model }) =>
    // In Gemma a norm divides what a head adds by the size of what all add.
    open && !model?.architecture.startsWith('gemma') ? { layer: open.layer, head: open.head } : null,
  ),
  patch: (state, model) => {
    const a = idsOf(state);
    const { result, next, patch } = state.texts ?? {};
    const pair = result?.pairs.find(([, at]) => at === patch?.open?.at);
    if (!runsInPython(model) || a.length === 0 || !result || !next || !patch?.open || !pair) return null;
    const { part, layer, open } = patch;
    if (part === 'head' && model.architecture.startsWith('gemma')) return null;
    const rowAt = part === 'head' ? [layer, open.row] : [open.row, null];
    const place = [next.position, next.otherPosition, ...pair, ...(patch.tokens ?? next.likeliest), part, ...rowAt];
    return { script: 'patch', values: { a, b: result.tokens.map(({ id }) => id), place } };
  },
  bothRows: ({ both: { other, rows } }, model) => {
    if (!other || !rows || !hasMatrices(model) || !hasMatrices(other.info)) return null;
    const values = { count: rows.resized.length, tokens: changedTokens(rows) };
    return { script: 'bothRows', values, code: { rows: matrixName(rows.matrix) } };
  },
};

/** The tensors whose statistics were read. */
function tensorsOf({ file }: PanelState): PythonFigure | null {
  const names = Object.entries(file?.statistics ?? {}).flatMap(([name, { kind }]) => (kind === 'read' ? [name] : []));
  return names.length > 0 ? { script: 'tensor', values: { names } } : null;
}

/** The script for a figure of the panel; null if there is none, or nothing to compute. */
export function figureOf(what: PythonKind, state: PanelState): PythonFigure | null {
  if (what === 'tensors') return tensorsOf(state);
  return state.model && ofPanel[what](state, state.model);
}
