import * as v from 'valibot';
import type { Ablation, LayerPart, Replacement } from './ablation';
import type { Head, HeadGrid, HeadScores, HeadView, Pattern } from './attention';
import type { BackendView } from './backend';
import type { Blame, TensorChanges } from './blame';
import type { NeighboursInBoth, OtherModel, PositionInBoth, RowsInBoth, TextInBoth } from './both';
import type { FileView } from './contents';
import {
  type Continuation,
  type ContinuationStep,
  type Sampler,
  type Sampling,
  samplerRanges,
  type SamplerStep,
  samplerSteps,
} from './continuation';
import type { Contrasts } from './contrasts';
import type { TextSize } from './cutCosts';
import type { CutBy, OtherCut } from './cuts';
import type { DocumentView } from './document/view';
import type { ExpertsView } from './experts';
import type { LabView } from './lab';
import type { Dimensions, Journey, Leaders, LensStage, Scope } from './layers';
import type { MatteredPart, MatterGrain, Matters } from './matters';
import type { Neuron, Neurons, NeuronView } from './neurons';
import { sides, type Side } from './sides';
import type { TextRequest, VocabularyToken } from './tokens';
import type { ExpressionFault } from './vectors/expression';
import type { SteerCurve, Steered, Steering } from './vectors/steering';
import type { OfBoth, PatchedCell, PatchPart, PatchRows, TwoPositions, TwoTexts } from './vectors/texts';
import type { OwnVector } from './vectors/vector';
import type { VocabularyTexts } from './vocabulary';

/**
 * What the vectorscope turns around: a vector of the chosen token, by default its output row, or the final norm of a
 * residual; layer L is h.
 */
export type AxisChoice =
  | { readonly kind: 'token'; readonly side?: Side }
  | { readonly kind: 'residual'; readonly position: number; readonly layer: number }
  /** A vector of the user's own. */
  | { readonly kind: 'vector'; readonly expression: string };

/** The axis that is chosen, and whether others were chosen before it and after it. */
interface Axes {
  readonly now: AxisChoice;
  readonly back: boolean;
  readonly forward: boolean;
}

/** The vocabulary around an axis, with what the axis is. */
export interface ScopeView extends Scope {
  readonly axis:
    | { readonly kind: 'token'; readonly token: VocabularyToken; readonly side?: Side }
    | Exclude<AxisChoice, { readonly kind: 'token' }>;
}

/** Entries of a cell of the lens. */
export const lensEntries = 5;

/**
 * A rectangle of the lens: rows of `count` layers from `first` on, positions from `from` on, before `to`. Cells stand
 * in a row, layer by layer, then position; a token is given by its id.
 */
export interface LensBlock {
  readonly after: LensStage;
  readonly first: number;
  readonly count: number;
  readonly from: number;
  readonly to: number;
  /** `lensEntries` a cell, the likeliest first. */
  readonly ids: Int32Array;
  readonly probabilities: Float32Array;
  /** One a cell: bits. */
  readonly entropy: Float32Array;
  /** One a cell: the place of the token that really follows, from 1; 0 where none follows. */
  readonly ranks: Int32Array;
  /** One a cell: KL(final ‖ row), bits. Absent until it is asked for. */
  readonly divergence?: Float32Array;
}

/** What is known of the lens. */
export interface LensView {
  readonly blocks: readonly LensBlock[];
  /** Share of what is in view that is known, while the rest is being computed: 0 … 1; null when nothing is. */
  readonly fraction: number | null;
}

/** The heads of the chosen position, and the head that is open. */
export interface AttentionView {
  readonly grid: HeadGrid | null;
  readonly open: Head | null;
  /** The open head at the chosen position. */
  readonly view: HeadView | null;
  /** The open head between all positions. */
  readonly pattern: Pattern | null;
  /** Why the open head looks where it does from the chosen position. */
  readonly scores: HeadScores | null;
}

export const noAttention: AttentionView = { grid: null, open: null, view: null, pattern: null, scores: null };

/** The neurons of the chosen position, and the one that is open. */
export interface NeuronsView {
  readonly list: Neurons | null;
  readonly open: Neuron | null;
  readonly view: NeuronView | null;
}

export const noNeurons: NeuronsView = { list: null, open: null, view: null };

/** A part that is left out, and what the chosen position predicts with and without it. */
export interface AblationView {
  readonly part: LayerPart;
  readonly by: Replacement;
  readonly result: Ablation | null;
}

/** The model that the loaded one is compared with, and what is known of both. */
export interface BothView {
  /** null where none is chosen, or while it is being loaded. */
  readonly other: OtherModel | null;
  /** What is under way. `fraction` is null until something is known. */
  readonly working: {
    readonly what: 'loading' | 'running';
    /** B's. */
    readonly name: string;
    readonly fraction: number | null;
  } | null;
  /** Why there is no second model, or no comparison: a sentence for a person. */
  readonly failure: string | null;
  /** The inspected text. */
  readonly text: TextInBoth | null;
  /** The chosen position, if both cut the text alike. */
  readonly position: PositionInBoth | null;
  /** The matrix that is in sight, with the rows of the text's tokens. */
  readonly rows: RowsInBoth | null;
  /** Of the chosen token. */
  readonly neighbours: NeighboursInBoth | null;
}

export const noBoth: BothView = {
  other: null,
  working: null,
  failure: null,
  text: null,
  position: null,
  rows: null,
  neighbours: null,
};

/** Which part of the second model did it at the chosen position, and what became of each tensor. */
export interface BlameView {
  /** The parts that are known; null before the first. */
  readonly known: Blame | null;
  /** All of them. */
  readonly isDone: boolean;
  /** `tokens`: the row that turned most, of tensors whose rows are tokens, by name. */
  readonly tensors: (TensorChanges & { readonly tokens: Readonly<Record<string, VocabularyToken>> }) | null;
  readonly working: {
    readonly what: 'parts' | 'tensors';
    readonly fraction: number;
    readonly secondsLeft: number | null;
  } | null;
  /** Why one of the two failed: a sentence for a person. */
  readonly failure: string | null;
}

export const noBlame: BlameView = { known: null, isDone: false, tensors: null, working: null, failure: null };

/** A part of the text that was left out. */
export interface LeftOutPart {
  readonly text: string;
  /** Of its tokens, rising. */
  readonly positions: readonly number[];
}

/** What in the inspected text mattered for what follows a position. */
export interface MattersView {
  /** How the text can be cut, each with its number of parts up to the chosen position, and how it is usually cut. */
  readonly grains: readonly { readonly by: MatterGrain; readonly parts: number }[];
  readonly usual: MatterGrain;
  readonly asked: {
    readonly by: MatterGrain;
    /** As in `MattersQuestion`; null: the likeliest token. */
    readonly answer: readonly number[] | string | null;
    readonly parts: readonly LeftOutPart[];
  } | null;
  /** The parts that are known; null before the first. */
  readonly known: Matters | null;
  /** The change of the part of each token, bits; NaN where it is not known. */
  readonly values: Float64Array | null;
  /** All of them. */
  readonly isDone: boolean;
  /** Several parts left out at once: their places among those that were asked for. */
  readonly together: (Omit<MatteredPart, 'part'> & { readonly parts: readonly number[] }) | null;
  readonly working: { readonly fraction: number; readonly secondsLeft: number | null } | null;
  /** Why it failed: a sentence for a person. */
  readonly failure: string | null;
}

export const noMatters: MattersView = {
  ...{ grains: [], usual: 'token', asked: null, known: null, values: null },
  ...{ isDone: false, together: null, working: null, failure: null },
};

/** The inspected text under the tokenizers that are known here. */
export interface TokenizersView extends TextSize {
  /** That of the loaded model first. */
  readonly rows: readonly {
    /** As in the intent `besideTokenizer`. */
    readonly key: string;
    readonly name: string;
    /** Tokens; null while they are being counted. */
    readonly count: number | null;
    /** Why it cannot be read: a sentence for a person. */
    readonly failure: string | null;
  }[];
  /** The key of the one that is beside the loaded model's. */
  readonly beside: string | null;
  /** The text as far as both cuts are drawn; null while they are not known. */
  readonly cuts: { readonly text: string; readonly own: CutBy; readonly other: OtherCut } | null;
  /** Whether files can be opened here. */
  readonly opens: boolean;
}

/** One way on from the end of the inspected text. */
export interface ContinuedPath {
  readonly id: number;
  readonly steps: readonly ContinuationStep[];
  /** null: greedy. */
  readonly sampler: Sampler | null;
  readonly seed: number | null;
  /** The text that ends it; null: none. */
  readonly stop: string | null;
  /** The step whose token the user chose, from 0; null: the model chose all. */
  readonly branched: number | null;
  /** null while it grows. */
  readonly ended: Continuation['ended'] | null;
}

export const isGoingOn = (paths: readonly ContinuedPath[]): boolean => paths.some(({ ended }) => ended === null);

/** Those that are not the beginning of another, unless a text ended them; of equal ones the oldest. */
export const pathsApart = (paths: readonly ContinuedPath[]): readonly ContinuedPath[] =>
  paths.filter(
    (one, at) =>
      !paths.some(
        ({ steps }, other) =>
          other !== at &&
          ((steps.length > one.steps.length && one.ended !== 'stop') ||
            (steps.length === one.steps.length && other < at)) &&
          one.steps.every(({ token }, step) => token.id === steps[step]?.token.id),
      ),
  );

/** The walked continuations. Paths that begin alike are one line up to the step at which they fork. */
export interface ContinuationView {
  /** The oldest first. */
  readonly paths: readonly ContinuedPath[];
  /** Why the last one could not go on: a sentence for a person. */
  readonly failure: string | null;
}

export const noContinuation: ContinuationView = { paths: [], failure: null };

/** A vector of the user's own, and what is known of it. */
export interface VectorView {
  readonly expression: string;
  /** null while it is being made, and with a fault. */
  readonly result: OwnVector | null;
  /** Why it is none: a sentence for a person, and the place if it is one. */
  readonly fault: { readonly message: string; readonly at: ExpressionFault['at'] | null } | null;
}

/** A vector that the user keeps: an expression with a name. */
export interface KeptVector {
  readonly name: string;
  readonly expression: string;
}

/** A vector in the residual, and what the chosen position predicts with and without it. */
export interface SteerView {
  readonly steering: Steering;
  readonly result: Steered | null;
  readonly curve: SteerCurve | null;
  /** Why there is no result: a sentence for a person. */
  readonly fault: VectorView['fault'];
}

/** A second text on the same model, B beside the inspected one, A. */
export interface TextsView {
  readonly text: string;
  readonly appended?: TextRequest['appended'];
  /** The name of the document that it was selected in; null if it was typed. */
  readonly from: string | null;
  readonly result: TwoTexts | null;
  /** The chosen position of B; null: the one that the chosen position of A corresponds to, or the last. */
  readonly position: number | null;
  readonly next: TwoPositions | null;
  readonly patch: PatchView | null;
  /** Why there is no comparison: a sentence for a person. */
  readonly failure: string | null;
}

/** A grid of patches. */
export interface PatchView {
  readonly part: PatchPart;
  /** With `head` alone. */
  readonly layer: number | null;
  /** null: those that A and B predict first. */
  readonly tokens: OfBoth | null;
  /** null until the first row is there. */
  readonly difference: PatchRows['difference'] | null;
  /** One a row: a residual, a layer or a head; null while it is not known. */
  readonly rows: readonly (Float64Array | null)[];
  /** Stopped by a person; what was computed stays. */
  readonly progress: 'running' | 'stopped' | 'done';
  readonly open: {
    readonly row: number;
    /** A position of B. */
    readonly at: number;
    readonly result: PatchedCell | null;
  } | null;
}

/** Positions up to which each has a row of its own in the picture of a head. */
export const patternRows = 256;
/** Attended positions that an open head takes apart, and tokens that it names for each. */
export const headSources = 8;
/** Neurons that are listed, and rows of each of an open neuron's lists. */
export const neuronsListed = 20;
export const neuronRows = 8;

/** An index that a page names: a position, a layer, the id of a token. */
export const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const appendedIds = v.strictObject({ from: natural, ids: v.pipe(v.array(natural), v.readonly()) });

const amount = (step: SamplerStep) => v.pipe(v.number(), v.check(samplerRanges[step][0]));
export const samplerForm = v.strictObject({
  repeatPenalty: amount('repeatPenalty'),
  topK: amount('topK'),
  typical: amount('typical'),
  topP: amount('topP'),
  minP: amount('minP'),
  temperature: amount('temperature'),
  order: v.pipe(
    v.array(v.picklist(samplerSteps)),
    v.check((order) => order.length > 0 && new Set(order).size === order.length),
  ),
});

/** The costly parts of the page that are in sight; the others are not computed. */
export const inView = v.strictObject({
  scope: v.exactOptional(v.boolean()),
  journey: v.exactOptional(v.boolean()),
  /** The heads of the chosen position, and the picture of the open head. */
  attention: v.exactOptional(v.boolean()),
  pattern: v.exactOptional(v.boolean()),
  neurons: v.exactOptional(v.boolean()),
  experts: v.exactOptional(v.boolean()),
  /** Positions from `from` on, before `to`; with the rows after attention, and with the divergence of every cell. */
  lens: v.exactOptional(
    v.nullable(
      v.pipe(
        v.strictObject({
          from: natural,
          to: natural,
          between: v.exactOptional(v.boolean()),
          divergence: v.exactOptional(v.boolean()),
        }),
        v.check(({ from, to }) => from < to),
      ),
    ),
  ),
  /** The tokens that lead in a row of the lens at the chosen position, `between` with the rows after attention. */
  leaders: v.exactOptional(v.nullable(v.strictObject({ between: v.boolean() }))),
  /** The chosen position through a sampler, and a step of a continuation: the tokens before it, and its own. */
  sampling: v.exactOptional(v.nullable(v.strictObject({ sampler: samplerForm }))),
  step: v.exactOptional(v.nullable(v.strictObject({ sampler: samplerForm, after: v.array(natural), chosen: natural }))),
  /** The user's own vector. */
  vector: v.exactOptional(v.boolean()),
  /** The prediction with a vector in the residual. */
  steer: v.exactOptional(v.boolean()),
  /** The inspected text beside another one. */
  texts: v.exactOptional(v.boolean()),
  /** The text and the chosen position in two models. */
  both: v.exactOptional(v.boolean()),
  /** The matrix whose rows are compared with those of the second model. */
  bothRows: v.exactOptional(v.nullable(v.strictObject({ matrix: v.picklist(sides) }))),
  /** The matrix among whose rows the chosen token's neighbours are compared. */
  bothNeighbours: v.exactOptional(v.nullable(v.strictObject({ matrix: v.picklist(sides) }))),
  /** The text under other tokenizers. */
  tokenizers: v.exactOptional(v.boolean()),
  /** The residual whose dimensions are listed. */
  dimensions: v.exactOptional(v.nullable(v.strictObject({ position: natural, layer: natural }))),
});
export type InView = Readonly<v.InferOutput<typeof inView>>;
export type LensInView = NonNullable<InView['lens']>;

/**
 * The part of the panel's state that only the panel draws: the view in the side bar does not hear of it, and nothing of
 * it is kept with an inspection.
 */
export interface PanelOnlyState {
  /** Where distance, angle and dot product disagree in the text. */
  readonly contrasts: Contrasts | null;
  /** The names of the whole vocabulary; asked for with the first part of the page that needs them. */
  readonly vocabulary: VocabularyTexts | null;
  readonly axes: Axes;
  readonly scope: ScopeView | null;
  /** Of the chosen position. */
  readonly journey: Journey | null;
  readonly lens: LensView | null;
  /** Of the chosen position. */
  readonly leaders: Leaders | null;
  /** Of the residual that is chosen in the size map. */
  readonly dimensions: Dimensions | null;
  /** The token that the pushed one is compared with: pushes are then on the difference of their logits. */
  readonly against: number | null;
  readonly attention: AttentionView;
  readonly neurons: NeuronsView;
  /** Of the chosen position, of a mixture. */
  readonly experts: ExpertsView | null;
  readonly ablation: AblationView | null;
  readonly vector: VectorView | null;
  readonly keptVectors: readonly KeptVector[];
  /** The chosen position, and the open step of a continuation, through the sampler. */
  readonly sampling: Sampling | null;
  readonly stepSampling: Sampling | null;
  readonly continuation: ContinuationView;
  readonly steer: SteerView | null;
  readonly texts: TextsView | null;
  readonly both: BothView;
  readonly blame: BlameView;
  readonly matters: MattersView;
  readonly tokenizers: TokenizersView | null;
  /** The document that is inspected as a whole; null if there is none. */
  readonly document: DocumentView | null;
  /** How each of its lines begins: apart from the numbers, which change while they are measured. */
  readonly documentLines: readonly string[];
  /** The model file that is open as a document; null beside an editor. */
  readonly file: FileView | null;
  readonly lab: LabView;
  /** What the layers run on; null where no model is loaded, or while that is found out. */
  readonly backend: BackendView | null;
}

/** Before anything was asked. */
export const noInstruments: PanelOnlyState = {
  contrasts: null,
  vocabulary: null,
  axes: { now: { kind: 'token' }, back: false, forward: false },
  scope: null,
  journey: null,
  lens: null,
  leaders: null,
  dimensions: null,
  against: null,
  attention: noAttention,
  neurons: noNeurons,
  experts: null,
  ablation: null,
  vector: null,
  keptVectors: [],
  sampling: null,
  stepSampling: null,
  continuation: noContinuation,
  steer: null,
  texts: null,
  both: noBoth,
  blame: noBlame,
  matters: noMatters,
  tokenizers: null,
  document: null,
  documentLines: [],
  file: null,
  lab: {},
  backend: null,
};

/** What the lens is coloured by. */
export const lensColourings = ['probability', 'entropy', 'rank', 'divergence'] as const;
export type LensColouring = (typeof lensColourings)[number];
