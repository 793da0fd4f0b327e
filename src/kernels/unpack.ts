import { columnBytes, gather, halves, halvesBy, held, heldHalves, upperHalves } from './fourRows';
import { iq4XS, q2K, q3K, q4K, q5K, q6K } from './kQuants';
import { iq4NL, q4_0, q4_1, q5_0, q5_1, q8_0 } from './legacyQuants';

/** Floating-point types: `columns` numbers of four rows. A word of a row holds one F32, or two F16 or BF16. */

function float32(source: usize, rowBytes: usize, columns: i32, panel: usize): void {
  gather(source, rowBytes, columns, panel, columnBytes);
}

function float16(source: usize, rowBytes: usize, columns: i32, panel: usize, scratch: usize): void {
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
function bfloat16(source: usize, rowBytes: usize, columns: i32, panel: usize, scratch: usize): void {
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

/** Unpacks `columns` numbers of four rows, at most 256. `type` is ggml's number; an unknown one ends in a trap. */
function unpackFour(type: i32, source: usize, rowBytes: usize, columns: i32, panel: usize, scratch: usize): void {
  switch (type) {
    case 0: return float32(source, rowBytes, columns, panel);
    case 1: return float16(source, rowBytes, columns, panel, scratch);
    case 2: return q4_0(source, rowBytes, columns, panel, scratch);
    case 3: return q4_1(source, rowBytes, columns, panel, scratch);
    case 6: return q5_0(source, rowBytes, columns, panel, scratch);
    case 7: return q5_1(source, rowBytes, columns, panel, scratch);
    case 8: return q8_0(source, rowBytes, columns, panel, scratch);
    case 10: return q2K(source, rowBytes, panel, scratch);
    case 11: return q3K(source, rowBytes, panel, scratch);
    case 12: return q4K(source, rowBytes, panel, scratch);
    case 13: return q5K(source, rowBytes, panel, scratch);
    case 14: return q6K(source, rowBytes, panel, scratch);
    case 20: return iq4NL(source, rowBytes, columns, panel, scratch);
    case 23: return iq4XS(source, rowBytes, panel, scratch);
    case 30: return bfloat16(source, rowBytes, columns, panel, scratch);
    default: return unreachable();
  }
}

/**
 * Unpacks 16 rows of a stored matrix, `columns` numbers from column `first` on, to a panel of float32, `columns × 16`.
 *
 * Row i begins at rows + i · rowBytes, at any address. A column takes `bytesPerColumn` bytes of a row, a fraction if
 * several share a byte. `first` and `columns` are whole blocks of the type. The panel has the 16 numbers of a column
 * side by side and begins at a multiple of 16. `scratch` is 4,096 bytes of the calling thread alone, at a multiple of
 * 16. Finite numbers equal those of src/engine/weights/types to the bit.
 */
export function unpack(
  type: i32, rows: usize, rowBytes: usize, bytesPerColumn: f64, first: i32, columns: i32, panel: usize, scratch: usize,
): void {
  let source = rows + <usize>(<f64>first * bytesPerColumn);
  while (columns > 0) {
    const count = min(256, columns);
    // These columns of the panel fit the first-level cache, so the four passes over them are cheap.
    for (let row: usize = 0; row < 16; row += 4) {
      unpackFour(type, source + row * rowBytes, rowBytes, count, panel + (row << 2), scratch);
    }
    columns -= count;
    source += <usize>(<f64>count * bytesPerColumn);
    panel += <usize>count * columnBytes;
  }
}
