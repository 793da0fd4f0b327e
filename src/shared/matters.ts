import type { NamedToken } from './tokens';

// What in a text mattered for what follows: the model runs without each part of it, whose tokens are removed and whose
// place closes up.

/** How finely a text is cut. An example ends at an empty line, in a conversation with an answer. */
export const matterGrains = ['token', 'word', 'line', 'sentence', 'example', 'message'] as const;
export type MatterGrain = (typeof matterGrains)[number];

export interface MattersQuestion {
  /** The answer follows this position. */
  readonly position: number;
  /** Ids, or a text that is cut as it would be after the position; the likeliest token if absent. */
  readonly answer?: readonly number[] | string;
  /** For each part the positions of its tokens, rising, up to `position`. */
  readonly parts: readonly (readonly number[])[];
}

/** The text without one part. */
export interface MatteredPart {
  /** Its place in the question. */
  readonly part: number;
  /** −log₂ p of the answer without the part, summed over its tokens: bits. */
  readonly bits: number;
  /** The same less the bits with the part: above 0 if the part carries the answer, below 0 if it pushes it away. */
  readonly change: number;
}

/** Told by `Progress.mattered` too, the newest part alone. */
export interface Matters {
  readonly position: number;
  readonly answer: readonly NamedToken[];
  /** With all parts: bits. */
  readonly bits: number;
  /** In the order of the question. */
  readonly parts: readonly MatteredPart[];
}

/** A text that ends inside a word that the model would write as one token, or in a space. */
export interface PromptEdge {
  /** Position of the first token of the unfinished word: the token before it is where the whole one would begin. */
  readonly from: number;
  /** The likeliest token there that begins with the tokens from `from` on, and goes on. */
  readonly whole: NamedToken;
  /** Its probability: 0 … 1. */
  readonly probability: number;
  /** Probability of the tokens as they stand, multiplied: 0 … 1. */
  readonly typed: number;
}
