/** Candidates beyond the k asked for: room for what float32 puts in the wrong order. */
export const selectionMargin = 32;
