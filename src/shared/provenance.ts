import type { Ablated } from './ablation';
import type { Backend } from './backend';
import type { FileOfModel, ModelInfo } from './model';
import type { PanelState } from './panel';
import { spaceOf, type NeighbourSpace } from './sides';
import type { Steering } from './vectors/steering';

/** A hash that is missing, in words that cannot be taken for one. */
export const notKnown = 'not known';
export const beingComputed = 'being computed';

/**
 * What somebody needs who wants to compute the same numbers again. Every block has all keys in this order, whatever the
 * language of the editor: programs read it. null: there is none.
 */
export interface Provenance {
  readonly product: 'Vectorscope';
  readonly version: string;
  readonly model: string | null;
  /** Names without folders, or `owner/name:file` on the Hub. */
  readonly file: readonly string[];
  /** One a file: lower-case hex, `not known` or `being computed`. */
  readonly sha256: readonly string[];
  /** As the file spells it: `llama`. */
  readonly family: string | null;
  readonly quantisation: string | null;
  readonly server: string | null;
  /** What the layers run on; null if only the geometry was loaded. */
  readonly backend: Backend | 'server' | typeof notKnown | null;
  readonly threads: number | null;
  /** See `ModelInfo`. */
  readonly vectorBits: number | null;
  readonly kernels: string | null;
  readonly finalNorm: string | null;
  /** The second model, if two are compared. */
  readonly otherModel: string | null;
  readonly otherFile: readonly string[];
  readonly otherSha256: readonly string[];
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
  /** From 0 among the tokens. */
  readonly position: number | null;
  /** All tokens of the text. A very long text has more of them than `ids`. */
  readonly tokens: number | null;
  readonly ids: readonly number[];
  /** Of the second text, if two are compared. */
  readonly otherIds: readonly number[];
}

/** What does not follow from the models. */
export type Settings = Partial<
  Omit<Provenance, 'product' | 'version' | 'model' | 'file' | 'sha256' | 'otherModel' | 'otherFile' | 'otherSha256'>
>;

/** What only the surroundings know. */
export interface Surroundings {
  readonly version: string;
  /** See `Provenance.sha256`. */
  hashOf(file: FileOfModel): string;
}

/** A model, or what is known of one before it is loaded. */
type Named = Pick<ModelInfo, 'name' | 'architecture' | 'quantisation'> & Partial<Omit<ModelInfo, 'tied'>>;

export function provenanceOf(
  { version, hashOf }: Surroundings,
  [model, other]: readonly [model: Named | null, other?: Named | undefined],
  settings: Settings,
): Provenance {
  const files = filesOf(model, hashOf);
  const others = filesOf(other, hashOf);
  return {
    product: 'Vectorscope',
    version,
    model: model?.name ?? null,
    file: files.names,
    sha256: model ? files.hashes : [],
    family: model?.architecture || null,
    quantisation: model?.quantisation || null,
    server: model?.server ? `${model.server.kind} at ${model.server.address}` : null,
    backend: model?.server ? 'server' : model?.trunk ? (settings.backend ?? notKnown) : null,
    threads: (model?.sizes && model.threads) ?? null,
    vectorBits: model?.vectorBits ?? null,
    kernels: model?.kernels ?? null,
    finalNorm: model?.trunk?.norm ?? null,
    otherModel: other?.name ?? null,
    otherFile: others.names,
    otherSha256: other ? others.hashes : [],
    context: settings.context ?? null,
    plain: settings.plain ?? null,
    template: settings.template ?? null,
    limit: settings.limit ?? null,
    window: settings.window ?? null,
    centred: settings.centred ?? null,
    space: settings.space ?? null,
    without: settings.without ?? null,
    steering: settings.steering ?? null,
    position: settings.position ?? null,
    tokens: settings.tokens ?? settings.ids?.length ?? null,
    ids: settings.ids ?? [],
    otherIds: settings.otherIds ?? [],
  };
}

function filesOf(model: Named | null | undefined, hashOf: Surroundings['hashOf']) {
  if (model?.source) return { names: [`${model.source.repository}:${model.source.file}`], hashes: [notKnown] };
  const files = model?.files ?? [];
  return {
    names: files.map(({ path }) => path.replace(/^.*[/\\]/s, '')),
    hashes: files.length > 0 ? files.map((file) => file.sha256 ?? hashOf(file)) : [notKnown],
  };
}

/** The parts of the panel whose numbers are not those of the plain run of the text. */
export const ownRuns = ['ablation', 'steer', 'document', 'lab'] as const;
export type OwnRun = (typeof ownRuns)[number];

/** The block for what a view shows. `of` is absent for the plain run of the text. */
export function provenanceOfState(surroundings: Surroundings, state: PanelState, of?: OwnRun): Provenance {
  const { model, file, both, backend } = state;
  const unread = file && { architecture: '', quantisation: '', ...file.summary, name: file.name };
  const named = model ?? (unread && { ...unread, files: [{ path: file.path, bytes: unread.fileBytes ?? 0 }] });
  return provenanceOf(surroundings, [named, both.other?.info], {
    ...(backend && { backend: backend.backend }),
    ...settingsOf(state, of),
  });
}

function settingsOf(state: PanelState, of: OwnRun | undefined): Settings {
  const { options, text, position, neighbours, ablation, steer, texts, document } = state;
  if (of === 'document')
    return { plain: options.plain, window: document?.window ?? null, tokens: document?.tokens ?? null };
  const space = spaceOf(state);
  const vocabulary = { centred: neighbours?.centred ?? options.centred, space };
  // An export of the lab has its own text and options.
  if (of === 'lab' || !text) return vocabulary;
  return {
    ...vocabulary,
    context: text.contextCount,
    plain: options.plain && !text.chat,
    template: text.chat?.template ?? null,
    limit: options.limit,
    position,
    tokens: text.contextCount + text.total,
    ids: text.tokens.map(({ id }) => id),
    otherIds: texts?.result?.tokens.map(({ id }) => id) ?? [],
    ...(of === 'ablation' && ablation && { without: { parts: [ablation.part], by: ablation.by } }),
    ...(of === 'steer' && steer && { steering: steer.steering }),
  };
}

/** How many lines a block has, always. */
export type Line = readonly [key: string, value: string];

/** One line a key: lists with spaces between their entries, objects as JSON. No value has a line end. */
export const provenanceLines = (block: Provenance): readonly Line[] =>
  Object.entries(block).map(([key, value]: [string, unknown]) => [key, oneLine(wordsOf(value))]);

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(' ');
  if (value === null) return 'none';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
