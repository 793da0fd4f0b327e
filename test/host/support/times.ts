/**
 * A loaded machine makes everything several times as slow, which is no fault of the code. So a test prints its time
 * beside the bar, and fails only at this many times the bar: what wrongly blocks a thread takes longer still.
 */
const slack = 5;

/** The time at which a test fails whose bar is `bar`, milliseconds. */
export const tooLong = (bar: number): number => slack * bar;

/** Other programs of the machine can only add to a time, so the best of several measurements is the nearest to ours. */
export const attempts = 4;
