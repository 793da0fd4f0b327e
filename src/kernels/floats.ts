import { columnBytes, gather, halves, halvesBy, held, heldHalves, upperHalves } from './fourRows';

/** Floating-point types: `columns` numbers of four rows. A word of a row holds one F32, or two F16 or BF16. */

export function float32(source: usize, rowBytes: usize, columns: i32, panel: usize): void {
  gather(source, rowBytes, columns, panel, columnBytes);
}

export function float16(source: usize, rowBytes: usize, columns: i32, panel: usize, scratch: usize): void {
  const constants = heldHalves(scratch, 0, 0);
  const mask = v128.load(constants), bias = v128.load(constants, 16), two = v128.load(constants, 32);
  const offset = v128.load(constants, 48), sign = v128.load(constants, 64);
  const pairs = columns >> 1;
  if (pairs) {
    gather(source, rowBytes, pairs, scratch, 16);
    const end = scratch + (<usize>pairs << 4);
    do {
      const word = v128.load(scratch);
      v128.store(panel, halvesBy(i32x4.shl(word, 16), mask, bias, two, offset, sign));
      v128.store(panel + columnBytes, halvesBy(word, mask, bias, two, offset, sign));
      panel += 2 * columnBytes;
      scratch += 16;
    } while (scratch < end);
  }
  if (columns & 1) v128.store(panel, halves(upperHalves(source + (<usize>pairs << 2), rowBytes), constants));
}

/** BF16 is the upper half of float32. */
export function bfloat16(source: usize, rowBytes: usize, columns: i32, panel: usize, scratch: usize): void {
  const pairs = columns >> 1;
  if (pairs) {
    const upper = held(scratch, 0, i32x4.splat(0xffff0000));
    gather(source, rowBytes, pairs, scratch, 16);
    const end = scratch + (<usize>pairs << 4);
    do {
      const word = v128.load(scratch);
      v128.store(panel, i32x4.shl(word, 16));
      v128.store(panel + columnBytes, v128.and(word, upper));
      panel += 2 * columnBytes;
      scratch += 16;
    } while (scratch < end);
  }
  if (columns & 1) v128.store(panel, upperHalves(source + (<usize>pairs << 2), rowBytes));
}
