import type { AdapterInfo } from './adapter';
import type { ByMetric } from './metrics';
import type { ModelInfo } from './model';
import type { Said } from './said';
import type { Side } from './sides';
import type { NamedToken, RankedToken, TextRequest, Token, VocabularyToken, Range } from './tokens';

// Two models beside each other: A is the loaded one, B the one that it is compared with. Of a pair the first is A's.

/** A's value and B's. */
export type Both<T> = readonly [a: T, b: T];

export const bothOf = <T>(of: (side: 0 | 1) => T): Both<T> => [of(0), of(1)];

/** What a sentence calls A and B: their names, the types of their weights if only these differ, else the letters. */
export function modelNamesOf(models: Both<Pick<ModelInfo, 'name' | 'quantisation'>>): Both<string> {
  const names = bothOf((side) => models[side].name);
  const told = names[0] === names[1] ? bothOf((side) => models[side].quantisation) : names;
  return told[0] === told[1] || told.includes('') ? ['A', 'B'] : told;
}

export interface OtherRequest {
  /** Path of a GGUF file, or of a folder as on Hugging Face: of a model, or of an adapter of A. */
  readonly path: string;
  /** B's name, if its file has a meaningless one. */
  readonly name?: string;
}

/**
 * How the layers of B can run: beside A; once A has made room, which is loaded again afterwards; or not at all, so that
 * only the matrices can be compared.
 */
export type OtherRuns = 'together' | 'inTurn' | 'none';

export interface OtherModel {
  readonly info: ModelInfo;
  readonly runs: OtherRuns;
  /** Why the layers of A or B do not run, a whole sentence; null where both do. */
  readonly refusal: Said | null;
  /** Whether every id is the same token in both. */
  readonly sameVocabulary: boolean;
  /** Whether vectors of both have as many numbers, so that angles between them can be told. */
  readonly sameWidth: boolean;
  /** Where B is A with an adapter. */
  readonly adapter?: AdapterInfo;
  /** s of B = A + s·ΔW; 1 at first. */
  readonly scale?: number;
}

/** From the adapter's opposite to twice the adapter. */
export const adapterScales = { from: -1, to: 2 } as const;

export interface TextInBothRequest extends TextRequest {
  /**
   * Tokens that a question about a position will ask for: 1 … 1000. Models that run in turn answer it in advance, with
   * at most 100.
   */
  readonly count: number;
}

/** One text in both models. Logarithms are to the base 2. */
export type TextInBoth = SameTokens | OtherTokens;

interface InBoth {
  /**
   * Of the tokens of the text that both models predict, without its context: bits a character, and 2
   * to the mean surprisal of a token.
   */
  readonly bitsPerCharacter: Both<number>;
  readonly perplexity: Both<number>;
}

/** Both models cut the text into the same ids. Everything is indexed by position, as in `Run`. */
export interface SameTokens extends InBoth {
  readonly kind: 'same';
  /** Positions that were compared, the context among them. */
  readonly length: number;
  /** Positions at the end that were run and not compared, since the logits of A would not fit into memory. */
  readonly leftOut: number;
  /** KL(A‖B) = Σ p_A log₂(p_A / p_B) and KL(B‖A) of the predictions after every position, bits ≥ 0. */
  readonly divergence: Both<Float64Array>;
  /** −log₂ p of the token at every position under the prediction before it, bits; NaN at the first. */
  readonly surprisal: Both<Float64Array>;
  /** p_B − p_A of the token that follows every position, −1 … 1; NaN where none follows. */
  readonly change: Float64Array;
  /** The likeliest next token after every position. */
  readonly first: readonly Both<{ readonly token: NamedToken; readonly probability: number }>[];
  /** ‖h‖₂ at every position, model units. */
  readonly hiddenSize: Both<Float64Array>;
  /** Between A's h and B's, degrees; null where they have not as many numbers. */
  readonly hiddenAngle: Float64Array | null;
  readonly sums: Sums;
}

/**
 * Over the predictions of the text's tokens, without its context, by the formulas of `llama-perplexity
 * --kl-divergence` (llama.cpp). Divergences are KL(A‖B) in bits.
 */
export interface Sums {
  /** Predictions that were summed. If there are none, the numbers are NaN. */
  readonly predictions: number;
  readonly meanDivergence: number;
  /** Percentiles, linear between two neighbours. */
  readonly divergence90: number;
  readonly divergence99: number;
  readonly mostDivergence: number;
  /** Of p_B − p_A of the token that follows: the mean, and the root of the mean square. */
  readonly meanChange: number;
  readonly rmsChange: number;
  /** Share of the predictions whose likeliest token is the same: 0 … 1. */
  readonly sameFirst: number;
}

/** The models cut the text differently; its characters are the common ruler. */
export interface OtherTokens extends InBoth {
  readonly kind: 'other';
  /** The tokens of the text that were run, without its context, and the surprisal of each, bits; NaN at the first. */
  readonly tokens: Both<readonly Token[]>;
  readonly surprisal: Both<Float64Array>;
  /** The text between offsets at which both begin a token, unless one of the two does not predict all of it. */
  readonly spans: readonly SharedSpan[];
}

export interface SharedSpan extends Range {
  /** Summed over its tokens, bits. */
  readonly surprisal: Both<number>;
}

/** The tokens of a span, but for those without characters. */
export const tokensIn = <T extends Pick<Token, 'start' | 'end'>>(
  tokens: readonly T[],
  span: SharedSpan,
): readonly T[] => tokens.filter(({ start, end }) => start >= span.start && end <= span.end && end > start);

/** UTF-16 units that tokens cover together. The tokens are in order; a unit that two of them share counts once. */
export function charactersOf(tokens: readonly Pick<Token, 'start' | 'end'>[]): number {
  let [characters, last] = [0, -Infinity];
  for (const { start, end } of tokens) {
    characters += Math.max(0, end - Math.max(start, last));
    last = Math.max(last, end);
  }
  return characters;
}

export interface PositionInBothQuestion {
  readonly position: number;
  /** Entries of each list: 1 … 1000. */
  readonly count: number;
}

/** The prediction after a position in both models that cut the text alike. */
export interface PositionInBoth {
  readonly position: number;
  /** KL(A‖B) and KL(B‖A), bits. */
  readonly divergence: Both<number>;
  readonly entropy: Both<number>;
  readonly hiddenSize: Both<number>;
  /** Degrees; null where the widths differ. */
  readonly hiddenAngle: number | null;
  /** From the residual before the layers to that after the last, before the final norm. */
  readonly residualSize: Both<Float64Array>;
  /** Between both residuals, degrees; null where widths or depths differ. */
  readonly residualAngle: Float64Array | null;
  /** The likeliest tokens of both, each once. */
  readonly tokens: readonly TokenInBoth[];
  /** The `count` likeliest of each model, as indices in `tokens`. */
  readonly likeliest: Both<readonly number[]>;
}

/** A raw logit in both: ‖h‖ · ‖u‖ · cos θ + bias. */
export interface TokenInBoth {
  readonly token: VocabularyToken;
  readonly probability: Both<number>;
  /** 1-based place by raw logit. */
  readonly rank: Both<number>;
  readonly logit: Both<number>;
  /** ‖u‖₂, model units. */
  readonly size: Both<number>;
  readonly cosine: Both<number>;
  readonly parts: LogitParts;
}

/**
 * What a raw logit gains or loses from A to B by each factor that changes. The factors are exchanged one after the
 * other, and a part is the mean over the six orders (Shapley 1953), so that the parts sum to the change.
 */
export interface LogitParts {
  readonly hiddenSize: number;
  readonly size: number;
  readonly angle: number;
  readonly bias: number;
}

export interface RowsInBothRequest {
  /** Rows of the embedding, or of the unembedding. */
  readonly matrix: Side;
  /** Entries of each list: 1 … 1000. */
  readonly count: number;
  /** Tokens whose rows are told besides. */
  readonly ids: readonly number[];
}

/** All rows of a matrix in both models with the same vocabulary. */
export interface RowsInBoth {
  readonly matrix: Side;
  /** Rows that are not zero in both; the others are not counted. */
  readonly rows: number;
  /** Between a token's two rows, degrees; null where the widths differ. */
  readonly angle: Spread | null;
  /** B's size as a multiple of A's. */
  readonly ratio: Spread;
  /** The tokens with the largest angle; empty where the widths differ. */
  readonly turned: readonly RowInBoth[];
  /** Those whose ratio is furthest from 1, up or down. */
  readonly resized: readonly RowInBoth[];
  /** The tokens that were asked for, in their order. */
  readonly tokens: readonly RowInBoth[];
}

export interface Spread {
  readonly mean: number;
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** Equal bins from `least` on. */
  readonly histogram: { readonly from: number; readonly width: number; readonly counts: readonly number[] };
}

export interface RowInBoth {
  readonly token: VocabularyToken;
  /** ‖w‖₂, model units. */
  readonly size: Both<number>;
  /** Degrees; null where the widths differ, or a row is zero. */
  readonly angle: number | null;
}

export interface NeighboursInBothRequest {
  readonly id: number;
  readonly matrix: Side;
  /** Entries of each list, the token itself included: 1 … 1000. */
  readonly count: number;
}

/** A token's row among the rows of its own model, raw. */
export interface NeighboursInBoth {
  readonly matrix: Side;
  readonly row: RowInBoth;
  readonly lists: ByMetric<Both<readonly RankedToken[]>>;
  /** Tokens that both lists have, the token itself among them. */
  readonly shared: ByMetric<number>;
}
