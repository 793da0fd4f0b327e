/** A fault that is not mended yet. */
interface Known {
  /** Matches what the plays say of it. */
  readonly sentence: RegExp;
  readonly reason: string;
}

/** Faults that the plays pass over until they are mended. */
export const known: readonly Known[] = [
  {
    sentence: /^a second model is shown that the engine has not$/,
    reason:
      'A comparison that waits for a download falls back to the second model that the engine has released for it.',
  },
];
