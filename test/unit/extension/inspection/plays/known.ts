/** A fault that is not mended yet. */
interface Known {
  /** Matches what the plays say of it. */
  readonly sentence: RegExp;
  readonly reason: string;
}

/** Faults that the plays pass over until they are mended. */
export const known: readonly Known[] = [];
