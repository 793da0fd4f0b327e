/** No model is deeper: the largest have about a hundred layers. It bounds the time that planning them takes. */
export const mostLayers = 1024;

/** The kernels hold the keys of sixteen positions in the room of a panel, which has so many columns. The largest heads are 256 wide. */
export const mostHeadSize = 512;

/** Positions of a context or a window: what fits 32 bits with a sign. */
export const mostPositions = 2 ** 31 - 1;
