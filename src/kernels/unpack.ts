import { bfloat16, float16, float32 } from './floats';
import { columnBytes } from './fourRows';
import { iq4XS, q2K, q3K, q4K, q5K, q6K } from './kQuants';
import { iq4NL, q4_0, q4_1, q5_0, q5_1, q8_0 } from './legacyQuants';

/** The numbers that ggml gives the types. */
const enum Type {
  F32 = 0,
  F16 = 1,
  Q4_0 = 2,
  Q4_1 = 3,
  Q5_0 = 6,
  Q5_1 = 7,
  Q8_0 = 8,
  Q2_K = 10,
  Q3_K = 11,
  Q4_K = 12,
  Q5_K = 13,
  Q6_K = 14,
  IQ4_NL = 20,
  IQ4_XS = 23,
  BF16 = 30,
}

/** Bytes of a block. An unknown type ends in a trap. */
function blockBytes(type: i32): i32 {
  switch (type) {
    case Type.F32: return 4;
    case Type.F16: return 2;
    case Type.BF16: return 2;
    case Type.Q4_0: return 18;
    case Type.Q4_1: return 20;
    case Type.Q5_0: return 22;
    case Type.Q5_1: return 24;
    case Type.Q8_0: return 34;
    case Type.IQ4_NL: return 18;
    case Type.Q2_K: return 84;
    case Type.Q3_K: return 110;
    case Type.Q4_K: return 144;
    case Type.Q5_K: return 176;
    case Type.Q6_K: return 210;
    case Type.IQ4_XS: return 136;
    default: return unreachable();
  }
}

/** Numbers in a block of so many bytes. */
function blockLength(bytes: i32): i32 {
  return bytes < 18 ? 1 : bytes < 84 ? 32 : 256;
}

/** Unpacks `columns` numbers of four rows, at most 256. */
function unpackFour(type: i32, source: usize, rowBytes: usize, columns: i32, panel: usize, scratch: usize): void {
  switch (type) {
    case Type.F32: return float32(source, rowBytes, columns, panel);
    case Type.F16: return float16(source, rowBytes, columns, panel, scratch);
    case Type.BF16: return bfloat16(source, rowBytes, columns, panel, scratch);
    case Type.Q4_0: return q4_0(source, rowBytes, columns, panel, scratch);
    case Type.Q4_1: return q4_1(source, rowBytes, columns, panel, scratch);
    case Type.Q5_0: return q5_0(source, rowBytes, columns, panel, scratch);
    case Type.Q5_1: return q5_1(source, rowBytes, columns, panel, scratch);
    case Type.Q8_0: return q8_0(source, rowBytes, columns, panel, scratch);
    case Type.IQ4_NL: return iq4NL(source, rowBytes, columns, panel, scratch);
    case Type.Q2_K: return q2K(source, rowBytes, panel, scratch);
    case Type.Q3_K: return q3K(source, rowBytes, panel, scratch);
    case Type.Q4_K: return q4K(source, rowBytes, panel, scratch);
    case Type.Q5_K: return q5K(source, rowBytes, panel, scratch);
    case Type.Q6_K: return q6K(source, rowBytes, panel, scratch);
    case Type.IQ4_XS: return iq4XS(source, rowBytes, panel, scratch);
    default: return unreachable();
  }
}

/**
 * Unpacks 16 rows of a stored matrix, `columns` numbers from column `first` on, to a panel of float32, `columns × 16`.
 *
 * Row i begins at rows + i · rowBytes, at any address. `first` and `columns` are whole blocks of the type. The panel
 * has the 16 numbers of a column side by side and begins at a multiple of 16. `scratch` is 4,096 bytes of the calling
 * thread alone, at a multiple of 16. Finite numbers equal those of src/engine/weights/types.ts to the bit.
 */
export function unpack(
  type: i32, rows: usize, rowBytes: usize, first: i32, columns: i32, panel: usize, scratch: usize,
): void {
  const bytes = blockBytes(type);
  const length = blockLength(bytes);
  let source = rows + <usize>(first / length * bytes);
  while (columns > 0) {
    const count = min(256, columns);
    // These columns of the panel fit the first-level cache, so the four passes over them are cheap.
    for (let row: usize = 0; row < 16; row += 4) {
      unpackFour(type, source + row * rowBytes, rowBytes, count, panel + (row << 2), scratch);
    }
    columns -= count;
    source += <usize>(count / length * bytes);
    panel += <usize>count * columnBytes;
  }
}
