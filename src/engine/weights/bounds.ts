/** Four times those of the deepest models. It bounds the time that planning them takes. */
export const mostLayers = 512;

/** Four times the width of the widest models. Rows are dequantised a thousand at a time. */
export const mostDimensions = 2 ** 16;

/**
 * The kernels hold the keys of sixteen positions in the room of a panel, which has so many columns. The largest heads
 * are 256 wide.
 */
export const mostHeadSize = 512;

/** Positions of a context or a window: what fits 32 bits with a sign. */
export const mostPositions = 2 ** 31 - 1;
