/** No model is deeper: the largest have about a hundred layers. It bounds the time that planning them takes. */
export const mostLayers = 1024;

/** Positions of a context or a window: what fits 32 bits with a sign. */
export const mostPositions = 2 ** 31 - 1;
