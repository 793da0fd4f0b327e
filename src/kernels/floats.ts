import { columnBytes, gather, halves, upperHalves } from './fourRows';

/** Floating-point types: `columns` numbers of four rows. A word of a row holds one F32, or two F16 or BF16. */

export function float32(source: usize, rowBytes: usize, columns: i32, panel: usize): void {
  gather(source, rowBytes, columns, panel, columnBytes);
}

export function float16(source: usize, rowBytes: usize, columns: i32, panel: usize, scratch: usize): void {
  const pairs = columns >> 1;
  if (pairs) {
    gather(source, rowBytes, pairs, scratch, 16);
    const end = scratch + (<usize>pairs << 4);
    do {
      const word = v128.load(scratch);
      v128.store(panel, halves(i32x4.shl(word, 16), 0));
      v128.store(panel + columnBytes, halves(word, 0));
      panel += 2 * columnBytes;
      scratch += 16;
    } while (scratch < end);
  }
  if (columns & 1) v128.store(panel, halves(upperHalves(source + (<usize>pairs << 2), rowBytes), 0));
}

/** BF16 is the upper half of float32. */
export function bfloat16(source: usize, rowBytes: usize, columns: i32, panel: usize, scratch: usize): void {
  const pairs = columns >> 1;
  if (pairs) {
    gather(source, rowBytes, pairs, scratch, 16);
    const end = scratch + (<usize>pairs << 4);
    do {
      const word = v128.load(scratch);
      v128.store(panel, i32x4.shl(word, 16));
      v128.store(panel + columnBytes, v128.and(word, i32x4.splat(0xffff0000)));
      panel += 2 * columnBytes;
      scratch += 16;
    } while (scratch < end);
  }
  if (columns & 1) v128.store(panel, upperHalves(source + (<usize>pairs << 2), rowBytes));
}
