// A module of its own, which alone is compiled such that V8 merges pairs of 128-bit operations into one of 256 bits. It
// also has the tile of two rows, against which the others are compared, and what makes a panel of codes.
export { spread, sumRow } from './codes';
export { multiplyFours, multiplyTwo } from './tiles';
