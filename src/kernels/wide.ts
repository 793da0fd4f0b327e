// A module of its own, which alone is compiled such that V8 merges pairs of 128-bit operations into one of 256 bits. It
// also has the tile of two rows, against which the other is measured.
export { multiplyFours, multiplyTwo } from './tiles';
