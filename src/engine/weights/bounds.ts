/** Four times the depth of the deepest models. It limits the time for planning the layers. */
export const mostLayers = 512;

/** Four times the width of the widest models. Rows are dequantised a thousand at a time. */
export const mostDimensions = 2 ** 16;

/**
 * The kernels transpose the keys of sixteen positions into a panel, which has this many columns. The largest heads are
 * 256 wide.
 */
export const mostHeadSize = 512;

/** Positions of a context or a window: the largest signed 32-bit integer. */
export const mostPositions = 2 ** 31 - 1;
