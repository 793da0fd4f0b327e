export const encodings = ['o200k_base', 'cl100k_base', 'r50k_base'] as const;
export type EncodingName = (typeof encodings)[number];

export interface EncodeRequest {
  readonly encoding: EncodingName;
  readonly text: string;
  /** Returns the first `most` tokens; all of them if absent. `count` counts all tokens in either case. */
  readonly most?: number;
}

export interface Encoded {
  readonly encoding: EncodingName;
  /** Tokens in the whole text. */
  readonly count: number;
  readonly tokens: readonly {
    readonly id: number;
    readonly bytes: readonly number[];
    readonly start: number;
    readonly end: number;
  }[];
}
