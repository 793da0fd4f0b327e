import type { Ablated, Replacement } from './ablation';
import type { Chat, ChatFinding } from './chat/rendered';
import type { ChatSurprisal } from './chat/surprisal';
import type { PushPart } from './difference';
import type { ExpertsView, LayerExperts } from './experts';
import type { LayerKinds, MadeOf } from './layerParts';
import type { DimensionShare } from './layers';
import type { PromptEdge } from './matters';
import { byMetric, type ByMetric } from './metrics';
import type { ModelInfo } from './model';
import { type InspectedEntry, inspectedEntry, type Neighbour } from './neighbourTable';
import type { NeuronPart, NeuronSum } from './neurons';
import { isAdded } from './place';
import type { ServerInfo } from './server';
import type { NeighbourSpace } from './sides';
import type { TextRequest, Token } from './tokens';

export interface InspectRequest extends TextRequest {
  /** Entries of each neighbour list; 0 leaves the key out. */
  readonly neighbours: number;
  /** Entries of each prediction; 0 leaves the key out and runs no layers. */
  readonly top: number;
  readonly layers: boolean;
  /** Adds to the layers so many dimensions of each residual, those with the largest squares: 1 … 1000. */
  readonly dimensions?: number;
  readonly centred: boolean;
  /** Of the neighbours; the input space where it is absent. */
  readonly space?: NeighbourSpace;
  /** Parts of the layers that are left out of the run. */
  readonly ablated?: Ablated;
}

/**
 * The whole inspection as one JSON object: what `--json` prints. Offsets are UTF-16, angles degrees, surprisal and
 * entropy bits.
 */
export interface Inspection {
  readonly model: InspectedModel;
  /** Tokens beyond the limit, or beyond what the model reads: they have sizes only. */
  readonly leftOut: number;
  readonly tokens: readonly InspectedToken[];
  /** What the neighbours compare, of a model whose embedding and unembedding differ. */
  readonly space?: NeighbourSpace;
  readonly neighbours?: readonly InspectedNeighbours[];
  readonly predictions?: readonly InspectedPrediction[];
  /** In place of predictions, if a server lists the likeliest tokens and h or the matrices are not known. */
  readonly listed?: readonly InspectedListing[];
  readonly layers?: InspectedLayers;
  /** Present if the text ends where the model would rather have written on: see `PromptEdge`. */
  readonly edge?: InspectedEdge;
  /** Indexed by layer, then position: what the final norm of each residual would predict. */
  readonly lens?: readonly (readonly (readonly {
    readonly id: number;
    readonly text: string;
    readonly probability: number;
  }[])[])[];
  /** The same from the residuals after the attention of each layer. Indexed by layer from 0, then position. */
  readonly lensAfterAttention?: Inspection['lens'];
  /** KL divergence of each of these predictions from the final one, bits. Indexed as the two lenses above. */
  readonly divergence?: readonly (readonly number[])[];
  readonly divergenceAfterAttention?: readonly (readonly number[])[];
  /** The tokens that come first in any row of `lens` at the last position. Indexed by row; ranks count from 1. */
  readonly leaders?: readonly {
    readonly id: number;
    readonly text: string;
    readonly probability: readonly number[];
    readonly rank: readonly number[];
  }[];
  readonly push?: InspectedPush;
  readonly why?: InspectedWhy;
  /** Parts that were left out of the run, as the command line names them. */
  readonly without?: readonly string[];
  /** What stands in their place. */
  readonly replacedBy?: Replacement;
  /** The conversation, if `--chat` gave one: the text is what the model's template made of it. */
  readonly chat?: InspectedChat;
  readonly scores?: readonly InspectedScores[];
  /** The largest by |push − meanPush| first, at the last position. */
  readonly experts?: InspectedExperts;
  readonly neurons?: readonly NeuronPart[];
  /** All neurons of each layer together. */
  readonly neuronSums?: readonly NeuronSum[];
  readonly neuron?: InspectedNeuron;
  readonly attention?: readonly InspectedHead[];
  /** Of the layers without heads, at the last position. */
  readonly sources?: readonly InspectedSources[];
  /** What the bias of attention's output adds in the layers of these heads; absent from a model without such biases. */
  readonly attentionBias?: readonly Omit<InspectedHead, 'head' | 'rows'>[];
}

export interface InspectedChat extends Omit<Chat, 'messages' | 'findings'> {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly findings: readonly (ChatFinding & { readonly sentence: string })[];
  /** Absent if no layers ran. */
  readonly surprisal?: ChatSurprisal;
}

type ShownOfModel = 'name' | 'quantisation' | 'architecture' | 'dimensions' | 'vocabulary' | 'tied';

/** See `ModelInfo` and `TrunkInfo`. */
export interface InspectedModel extends Pick<ModelInfo, ShownOfModel>, NonNullable<LayerKinds> {
  /** null where the layers were not loaded. */
  readonly layers: number | null;
  /** Present if a server ran the text. */
  readonly server?: Pick<ServerInfo, 'address' | 'kind' | 'model' | 'gives' | 'agreement'>;
}

export function inspectedModel({ trunk, server, ...info }: ModelInfo): InspectedModel {
  const { name, quantisation, architecture, dimensions, vocabulary, tied } = info;
  const told = ({ address, kind, model, gives, agreement }: ServerInfo) => ({ address, kind, model, gives, agreement });
  return {
    name,
    quantisation,
    architecture,
    dimensions,
    vocabulary,
    layers: trunk?.layers ?? null,
    ...(trunk?.mixers && { mixers: trunk.mixers }),
    ...(trunk?.experts && { experts: trunk.experts }),
    tied,
    ...(server && { server: told(server) }),
  };
}

/** The token that a model adds before a text has no bytes of the text. */
export interface InspectedToken extends Token {
  /** Under the prediction at the position before, bits; null for the first token and beyond the limit. */
  readonly surprisal: number | null;
  /** The token stands in no list of the likeliest: its surprisal is at least so much. */
  readonly surprisalIsLeast?: true;
}

/** `index`: of the first token of the unfinished word. */
export interface InspectedEdge extends Pick<PromptEdge, 'probability' | 'typed'> {
  readonly index: number;
  readonly whole: { readonly id: number; readonly text: string };
}

export interface InspectedListing {
  readonly index: number;
  /** ‖h‖₂, model units; null if the server does not give h. */
  readonly hiddenSize: number | null;
  /** Bounds, bits. The greatest is null if the size of the vocabulary is not known. */
  readonly entropy: { readonly atLeast: number; readonly atMost: number | null };
  readonly top: readonly { readonly id: number; readonly text: string; readonly probability: number }[];
}

export const inspectedLists = (lists: ByMetric<readonly Neighbour[]>): ByMetric<readonly InspectedEntry[]> =>
  byMetric((metric) => lists[metric].map((entry) => inspectedEntry(metric, entry)));

export interface InspectedNeighbours extends ByMetric<readonly InspectedEntry[]> {
  readonly index: number;
}

export interface InspectedPrediction {
  readonly index: number;
  readonly hiddenSize: number;
  readonly entropy: number;
  readonly top: readonly {
    readonly id: number;
    readonly text: string;
    readonly probability: number;
    /** What the softmax sees: the raw logit, soft-capped where the model does that. */
    readonly logit: number;
    /** hiddenSize · size · cosine + bias. */
    readonly rawLogit: number;
    readonly size: number;
    readonly cosine: number;
    readonly bias: number;
  }[];
  readonly nearest: ByMetric<readonly InspectedEntry[]>;
}

/**
 * What each part adds to the logit of one token; with the bias they add up to it. Parts are indexed by layer, then
 * position.
 */
export interface InspectedPush {
  readonly input: readonly number[];
  readonly attention: readonly (readonly number[])[];
  readonly feedForward: readonly (readonly number[])[];
  readonly bias: number;
}

/** Why a head looks where it does. Layers and heads count from 0. */
export interface InspectedScores {
  readonly layer: number;
  readonly head: number;
  /** The factor of q·k. */
  readonly scale: number;
  /** The head's score without a key, of a model with sinks. */
  readonly sink?: number;
  /** ‖q‖ and ‖k‖ by position, after the rotation. */
  readonly q: readonly number[];
  readonly k: readonly number[];
  /** `cosine[i][j]`: between the query of position i and the key of position j ≤ i. */
  readonly cosine: readonly (readonly number[])[];
  /** ‖q‖ ‖k‖ cos θ · scale as softmax gets it, cap included; null for a key that a window hides. */
  readonly score: readonly (readonly (number | null)[])[];
  /** The score of the two before their rotation. */
  readonly unrotated: readonly (readonly (number | null)[])[];
  /** The weights, as in `attention`. */
  readonly rows: readonly (readonly number[])[];
}

/** What makes the logit of the token `a` differ from that of `b`. Layers and heads count from 0. */
export interface InspectedWhy {
  readonly a: { readonly id: number; readonly text: string };
  readonly b: { readonly id: number; readonly text: string };
  readonly position: number;
  /** Before the model's cap. */
  readonly logits: readonly [number, number];
  /** The first logit minus the second. */
  readonly difference: number;
  /** They sum to the difference. */
  readonly parts: readonly PushPart[];
  /** Indexed by layer, then head: together with a bias the `attention` of the layer. */
  readonly heads: readonly (readonly number[])[];
  /** Of the layers without heads. */
  readonly sources?: readonly InspectedSources[];
}

/** One neuron at the last position, with how much it fired at every one, and the rows near what it reads and writes. */
export interface InspectedNeuron extends Omit<NeuronPart, 'fired'> {
  readonly fired: readonly number[];
  readonly writes: InspectedSides;
  readonly reads: InspectedSides;
}

/** Rows near a vector, and near its opposite. */
export interface InspectedSides {
  readonly along: ByMetric<readonly InspectedEntry[]>;
  readonly opposite: ByMetric<readonly InspectedEntry[]>;
}

/** A head; layers and heads count from 0. Indexed by position. */
export interface InspectedHead {
  readonly layer: number;
  readonly head: number;
  /** `rows[i][j]`: the weight of position j ≤ i seen from i. Rows sum to 1. */
  readonly rows: readonly (readonly number[])[];
  /** ‖what the head adds to the residual‖₂, without the bias, model units. */
  readonly size: readonly number[];
  /** What it adds to the logit of the token of `--push`. */
  readonly push?: readonly number[];
}

/** Where the output of a convolution or a recurrence comes from, by position: see `LayerSources`. */
export interface InspectedSources extends MadeOf {
  readonly layer: number;
  readonly share: readonly number[];
  readonly push?: readonly number[];
}

/** Indexed by layer, then position. */
export interface InspectedLayers {
  readonly residualSize: readonly (readonly number[])[];
  readonly angleToInput: readonly (readonly number[])[];
  readonly angleToPrediction: readonly (readonly number[])[];
  readonly attentionSize: readonly (readonly number[])[];
  readonly feedForwardSize: readonly (readonly number[])[];
  /** The dimensions that carry most of each residual, which count from 0; one row more than there are layers. */
  readonly dimensions?: readonly (readonly (readonly DimensionShare[])[])[];
}

export function inspectedToken(token: Token, surprisal: number | null = null, isLeast = false): InspectedToken {
  const { index, id, text, bytes, start, end, special, ...sizes } = token;
  return {
    index,
    id,
    text,
    bytes: isAdded(token) ? [] : bytes,
    start,
    end,
    special,
    ...sizes,
    surprisal: Number.isNaN(surprisal) ? null : surprisal,
    ...(isLeast && { surprisalIsLeast: true }),
  };
}

/** The experts of a mixture: those that ran, `positions × used`, and the parts after the last position. */
export interface InspectedExperts extends Pick<ExpertsView, 'count' | 'used'> {
  readonly layers: readonly (Omit<LayerExperts, 'ran' | 'probabilities'> &
    Readonly<Record<'ran' | 'probabilities', readonly number[]>>)[];
}
