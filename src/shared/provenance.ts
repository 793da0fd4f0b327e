import type { Ablated } from './ablation';
import type { Backend } from './backend';
import { chosenIn, chosenInLab, type Chosen } from './chosen';
import { namedSampler, type ContinuationQuestion } from './continuation';
import type { ContinuedPath } from './instruments';
import type { FileOfModel, ModelInfo } from './model';
import type { PanelState } from './panel';
import { spaceOf, type NeighbourSpace } from './sides';
import type { Steering } from './vectors/steering';

/** A hash that is missing, in words that cannot be taken for one. */
export const notKnown = 'not known';
export const beingComputed = 'being computed';

/** What does not follow from the models. null: there is none. */
interface Settings {
  /** Tokens before the text that belong to its context. */
  readonly context: number | null;
  readonly plain: boolean | null;
  /** Of a conversation. */
  readonly template: string | null;
  /** The most tokens that get predictions. */
  readonly limit: number | null;
  /** Tokens of a window, of a whole document. */
  readonly window: number | null;
  readonly centred: boolean | null;
  readonly space: NeighbourSpace | null;
  readonly without: Ablated | null;
  readonly steering: Steering | null;
  /** How the text went on, each path: the sampler by the names of options; it and the seed are null if greedily. */
  readonly continuation: readonly (Pick<ContinuationQuestion, 'stop'> & Drawn)[] | null;
  readonly chosen: Chosen;
  /** The place among the tokens that the model reads, counted from 0 as in `--json` and in the tables of exports. */
  readonly index: number | null;
  /** All tokens of the text. `ids` has the first of them if the text is very long. */
  readonly tokens: number | null;
  readonly ids: readonly number[];
  /** The second text's, in sections that compare two. */
  readonly otherIds: readonly number[];
}

const noSettings: Settings = {
  ...{ context: null, plain: null, template: null, limit: null, window: null, centred: null, space: null },
  ...{
    without: null,
    steering: null,
    continuation: null,
    chosen: null,
    index: null,
    tokens: null,
    ids: [],
    otherIds: [],
  },
};

interface Drawn {
  readonly sampler: object | null;
  readonly seed: number | null;
}

/** What only the surroundings know. */
export interface RunSurroundings {
  readonly version: string;
  /** Lower-case hex, `not known` or `being computed`. */
  hashOf(file: FileOfModel): string;
}

/** A model, or what is known of one before it is loaded. */
type Named = Pick<ModelInfo, 'name'> & Partial<Omit<ModelInfo, 'tied'>>;

interface Models {
  readonly model: Named | null;
  /** The second one, if two are compared. */
  readonly other?: Named | undefined;
  /** What the layers run on here; absent while that is not known. */
  readonly backend?: RanOn | undefined;
}

type RanOn = Backend | `${Backend} ${(typeof onWasmToo)[keyof typeof onWasmToo]}`;

/** These stay where the layers were loaded, wherever the plain run beside them was. */
const onWasmToo = {
  ablation: 'before the change, wasm after it',
  steer: 'before the change, wasm after it',
  texts: 'for the first text, wasm for the second',
  models: 'for the first model, wasm for the second',
} as const;

export type Provenance = ReturnType<typeof provenanceOf>;

/**
 * What somebody needs who wants to compute the same numbers again. Every block has all keys in this order, whatever the
 * language of the editor: programs read it. The hash names the file, which says what the model is.
 */
export function provenanceOf(
  { version, hashOf }: RunSurroundings,
  { model, other, backend }: Models,
  settings: Partial<Settings> = {},
) {
  const [files, others] = [filesOf(model, hashOf), filesOf(other, hashOf)];
  return {
    product: 'Vectorscope',
    version,
    model: model?.name ?? null,
    file: files.names,
    sha256: files.hashes,
    server: model?.server ? `${model.server.kind} at ${model.server.address}` : null,
    backend: model?.server ? 'server' : model?.trunk ? (backend ?? notKnown) : null,
    threads: (model?.sizes && model.threads) ?? null,
    kernels: model?.kernels ?? null,
    otherModel: other?.name ?? null,
    otherFile: others.names,
    otherSha256: others.hashes,
    ...noSettings,
    ...(settings.ids && { tokens: settings.ids.length }),
    ...settings,
  } as const;
}

/** Names without folders, or `owner/name:file` on the Hub, and a hash of each. */
function filesOf(model: Named | null | undefined, hashOf: RunSurroundings['hashOf']) {
  if (!model) return { names: [], hashes: [] };
  if (model.source) return { names: [`${model.source.repository}:${model.source.file}`], hashes: [notKnown] };
  const { files = [] } = model;
  return {
    names: files.map(({ path }) => path.replace(/^.*[/\\]/s, '')),
    hashes: files.length > 0 ? files.map((file) => file.sha256 ?? hashOf(file)) : [notKnown],
  };
}

/** The parts of the panel whose numbers are not those of the plain run of the text. */
export const ownRuns = ['ablation', 'steer', 'texts', 'patch', 'continuation', 'document', 'lab'] as const;
export type OwnRun = (typeof ownRuns)[number];

/** The part that a picture belongs to, by its name. */
export const ownRunOf = (name: string): OwnRun | undefined =>
  ownRuns.find((run) => name === run || name.startsWith(`${run}-`));

/** The block for what a view shows. `of` is absent for the plain run of the text. */
export function provenanceOfState(surroundings: RunSurroundings, state: PanelState, of?: OwnRun): Provenance {
  const { model, file, both } = state;
  const named =
    model ??
    (file && { ...file.summary, name: file.name, files: [{ path: file.path, bytes: file.summary?.fileBytes ?? 0 }] });
  const models = { model: named, other: both.other?.info, backend: ranOn(state, of) };
  return provenanceOf(surroundings, models, settingsOf(state, of));
}

/** What the layers ran on when the numbers were made; undefined if that is not certain. */
function ranOn({ model, both, run, lab, backend }: PanelState, of: OwnRun | undefined): RanOn | undefined {
  const now = backend?.backend;
  if (of === 'patch') return 'wasm';
  if (of === 'document') return onWasm(now);
  if (of === 'lab') return onInLab(lab, now);
  const then = run ? (run.backend ?? onWasm(now)) : now;
  const too = of && of !== 'continuation' ? onWasmToo[of] : both.other?.info.trunk && onWasmToo.models;
  // Without kernels that work, all of it was loaded on ONNX Runtime.
  return too && then && then !== 'wasm' && model?.vectorBits ? `${then} ${too}` : then;
}

/** The layers begin on WebAssembly, and may move to the GPU after a text has run. */
const onWasm = (now: Backend | undefined): Backend | undefined => (now === 'wasm' ? now : undefined);

/** The one that all results come from. */
function onInLab(lab: PanelState['lab'], now: Backend | undefined): Backend | undefined {
  const all = Object.values(lab).flatMap(({ done }) => (done ? [done.backend] : []));
  if (all.length === 0) return onWasm(now);
  return all.every((one) => one === all[0]) ? all[0] : undefined;
}

function settingsOf(state: PanelState, of: OwnRun | undefined): Partial<Settings> {
  const { options, text, position, neighbours, ablation, steer, continuation, document } = state;
  if (of === 'document')
    return { plain: document?.plain ?? null, window: document?.window ?? null, tokens: document?.tokens ?? null };
  // The options may be ahead of the numbers.
  const vocabulary = neighbours
    ? { centred: neighbours.centred, space: neighbours.space ?? null }
    : { centred: options.centred, space: spaceOf(state) };
  // An export of the lab has its own text.
  if (of === 'lab') return { ...vocabulary, chosen: chosenInLab(state.lab) };
  const texts = of === 'texts' || of === 'patch' ? state.texts : null;
  const chosen = chosenIn({ ...state, texts });
  if (!text) return { ...vocabulary, chosen };
  return {
    ...vocabulary,
    chosen,
    ...text.read,
    context: text.contextCount,
    template: text.chat?.template ?? null,
    index: position,
    tokens: text.contextCount + text.total,
    ids: text.tokens.map(({ id }) => id),
    otherIds: texts?.result?.tokens.map(({ id }) => id) ?? [],
    ...(of === 'ablation' && ablation && { without: { parts: [ablation.part], by: ablation.by } }),
    ...(of === 'steer' && steer && { steering: steer.steering }),
    ...(of === 'continuation' && { continuation: continuation.paths.map(drawnBy) }),
  };
}

const drawnBy = ({ sampler, seed, stop }: ContinuedPath) => ({
  ...{ sampler: sampler && namedSampler(sampler), seed },
  ...(stop !== null && { stop }),
});

/** One line a key: lists with spaces between their entries, objects as JSON. No value has a line end. */
export const provenanceLines = (block: Provenance): readonly (readonly [key: string, value: string])[] =>
  Object.entries(block).map(([key, value]: [string, unknown]) => [key, oneLine(wordsOf(value))]);

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(wordsOf).join(' ');
  if (value === null) return 'none';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
