import type { VocabularyToken } from './tokens';

export interface FindRequest {
  readonly query: string;
  readonly count: number;
  /** The query is a text, also where it is a number. */
  readonly textOnly?: true;
}

/** `count` ids from `first` on. */
export interface VocabularyRequest {
  readonly first: number;
  readonly count: number;
}

/** One entry a token of the range; `bytes` is their concatenation. */
export interface VocabularyTexts {
  readonly first: number;
  readonly bytes: Uint8Array;
  /** Where the bytes of each token end. */
  readonly ends: Uint32Array;
  /** 1 for a control token. */
  readonly special: Uint8Array;
  /** ‖e‖₂, model units, float32. */
  readonly sizes: Float32Array;
}

export interface FindResult {
  readonly tokens: readonly VocabularyToken[];
  /** How many tokens match in all. */
  readonly total: number;
}
