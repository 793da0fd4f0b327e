/** The most tokens of one request: each takes three runs of the layers. */
export const mostRepeated = 50;

/** Ids of tokens that the model is asked to repeat. */
export interface RepeatRequest {
  readonly ids: readonly number[];
}

/**
 * How well a model repeats a token (Land and Bartolo 2024, arXiv:2405.05417). One that was trained repeats nearly
 * any token; one that never saw a token hardly ever predicts it.
 */
export interface RepeatedToken {
  readonly id: number;
  readonly text: string;
  /** The probability of the token where each prompt asks for it, in the order of the prompts: 0 … 1. */
  readonly byPrompt: readonly number[];
  /** The largest of them. */
  readonly probability: number;
}

/** Asking the model for the candidates of a result. */
export interface RepeatRun {
  /** The share that is done, 0 … 1; null when nothing runs. */
  readonly fraction: number | null;
  readonly tokens: readonly RepeatedToken[] | null;
  /** Why there are no tokens. */
  readonly failed: string | null;
}
