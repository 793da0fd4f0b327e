import type { ByMetric } from '../metrics';
import type { Side } from '../sides';
import type { OfRun, RankedToken, VocabularyToken } from '../tokens';
import type { ExpressionSpan } from './expression';

/** Where `h` and the residuals of an expression are read. */
export interface TextPlace {
  readonly text: OfRun;
  readonly position: number;
}

export interface VectorRequest {
  /** See `parseExpression`. */
  readonly expression: string;
  /** Needed if the expression reads a text. */
  readonly place?: TextPlace;
  /** The mean row is taken off the rows that are searched and off the operands that are such rows. */
  readonly centred: boolean;
  /** Entries of each list, beside the operands that stand between them: 1 … 1000. */
  readonly count: number;
  /** Tokens whose place is wanted wherever they stand. */
  readonly also?: readonly number[];
}

/** A vector that an expression makes, among the rows of a matrix. All in float64. */
export interface OwnVector {
  readonly expression: string;
  /**
   * The rows that it is compared with: those of the embedding if it is made of rows of the embedding alone, else those
   * of the unembedding.
   */
  readonly side: Side;
  readonly centred: boolean;
  /** ‖v‖₂ in the space, model units. */
  readonly size: number;
  /** From left to right. */
  readonly operands: readonly VectorOperand[];
  /** Best first: `count` tokens that are no operands, and the operands between them. */
  readonly lists: ByMetric<readonly RankedToken[]>;
  /** The tokens of `also`, in their order. */
  readonly also: readonly RankedToken[];
  /** What the model would predict if v were h; uncentred. Best first, `count` tokens. */
  readonly predicted: readonly PredictedByVector[];
  /** Of that prediction, bits. */
  readonly entropy: number;
}

export interface VectorOperand {
  readonly span: ExpressionSpan;
  /** As the token is spelled, or `h`, `r12`. */
  readonly name: string;
  /** Present for a token: its place among the rows that v is compared with. */
  readonly token?: RankedToken;
  /** Present for a residual: 0 … L. */
  readonly layer?: number;
  /** ‖operand‖₂ in the space, model units. */
  readonly size: number;
  /** To v, degrees, 0 … 180; absent if one of the two is zero. */
  readonly angle?: number;
}

export interface PredictedByVector {
  readonly token: VocabularyToken;
  /** v·u + bias, before the model's cap. */
  readonly logit: number;
  /** Over the whole vocabulary, 0 … 1. */
  readonly probability: number;
}

/** The rank of a token that is no operand once the operands are left out: 1-based. */
export const rankWithout = (
  { ranks }: Pick<RankedToken, 'ranks'>,
  { operands }: Pick<OwnVector, 'operands'>,
  metric: keyof RankedToken['ranks'],
): number => {
  const before = new Map(operands.flatMap(({ token }) => (token ? [[token.token.id, token.ranks[metric]]] : [])));
  return ranks[metric] - [...before.values()].filter((rank) => rank < ranks[metric]).length;
};
