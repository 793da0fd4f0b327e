/** c·tanh(x/c), which keeps a logit below the cap c; the logit itself where there is none. */
export const softCap = (logit: number, cap: number | undefined): number =>
  cap === undefined ? logit : cap * Math.tanh(logit / cap);
