import type { TypeDefinition } from './definition';
import gridBits from './grids.bin';
import { halfAt, halfTable, u16 } from './half';

// ggml's IQ types, whose integers are indices: of values in IQ4, of points in a grid in the others. The formulas are
// those of ggml's reference dequantisers, and each rounds to float32 once.

/** ggml's `kvalues_iq4nl`: the values lie closer around 0, as weights do. */
const iq4Values = Int32Array.of(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);

const threeValues = [8, 25, 43];

/** Grids: the numbers of a point, their possible values, and where the first point lies in `gridPoints`. */
const grids = {
  IQ2_XXS: { length: 8, values: threeValues, at: 0 },
  IQ2_XS: { length: 8, values: threeValues, at: 2048 },
  IQ2_S: { length: 8, values: threeValues, at: 6144 },
  /** Eight times ggml's numbers, so that their shift of an eighth is 1. */
  IQ1: { length: 8, values: [-8, 0, 8], at: 14_336 },
  IQ3_XXS: { length: 4, values: [4, 12, 20, 28, 36, 44, 52, 62], at: 30_720 },
  IQ3_S: { length: 4, values: [1, 3, 5, 7, 9, 11, 13, 15], at: 31_744 },
};

let points: Int8Array | undefined;
/** The points of all grids, one after the other. A file made by test/fixtures/make_grids.py tells which there are. */
export function gridPoints(): Int8Array {
  if (points) return points;
  const all: number[] = [];
  let bit = 0;
  for (const { length, values } of Object.values(grids)) {
    for (let rank = 0; rank < values.length ** length; rank++, bit++) {
      if (((gridBits[bit >> 3] as number) >> (bit & 7)) & 1)
        for (let i = 0; i < length; i++)
          all.push(values[Math.floor(rank / values.length ** i) % values.length] as number);
    }
  }
  return (points = Int8Array.from(all));
}

type Grid = (typeof grids)[keyof typeof grids];

/** Writes a block of 256 numbers point by point. Bits are counted from the end of d. */
class GridBlock {
  d = 0;
  from = 0;
  to = 0;
  readonly #points = gridPoints();

  constructor(
    private readonly bytes: Uint8Array,
    private readonly into: Float32Array,
    private readonly grid: Grid,
  ) {}

  /** At most nine bits, in two bytes. The byte after the last one counts as 0. */
  bits(at: number, count: number): number {
    return (u16(this.bytes, this.from + (at >> 3)) >> (at & 7)) & ((1 << count) - 1);
  }

  /** Eight signs in seven bits: the number of minus signs is even. */
  evenSigns(at: number): number {
    const seven = this.bits(at, 7);
    return seven | (((0x6996 >> ((seven ^ (seven >> 4)) & 15)) & 1) << 7);
  }

  /** Writes d · scale · (±g + shift) for the numbers g of a point. Bit j of `signs` is 1 if number j is subtracted. */
  write(index: number, scale: number, signs: number, shift = 0): void {
    const { length, at } = this.grid;
    const factor = this.d * scale;
    const first = at + length * index;
    for (let j = 0; j < length; j++) {
      const g = this.#points[first + j] as number;
      this.into[this.to++] = factor * (((signs >> j) & 1 ? -g : g) + shift);
    }
  }
}

/** A type whose blocks begin with d and are written by `write`, for one point after the other. */
const gridType = (grid: Grid, bytes: number, ggufId: number, write: (block: GridBlock, point: number) => void) => ({
  ...{ ggufId, length: 256, bytes, floats: [0] },
  unpack(stored: Uint8Array, into: Float32Array, at: number): void {
    const block = new GridBlock(stored, into, grid);
    block.to = at;
    for (let from = 0; from < stored.length; from += bytes) {
      block.d = halfAt(stored, from);
      block.from = from + 2;
      for (let point = 0; point < 256 / grid.length; point++) write(block, point);
    }
  },
});

const odd = (scale: number): number => 2 * scale + 1;

export const iQuants = {
  /** d · value(q), 32 numbers in a block: the low four bits of its bytes, then the high four. */
  IQ4_NL: {
    ggufId: 20,
    length: 32,
    bytes: 18,
    floats: [0],
    unpack(bytes, into, at) {
      const half = halfTable();
      for (let from = 0, to = at; from < bytes.length; from += 18, to += 32) {
        const d = half[u16(bytes, from)] as number;
        for (let j = 0; j < 16; j++) {
          const pair = bytes[from + 2 + j] as number;
          into[to + j] = d * (iq4Values[pair & 15] as number);
          into[to + 16 + j] = d * (iq4Values[pair >> 4] as number);
        }
      }
    },
  },
  /** d · (scale − 32) · value(q), 256 numbers in a block, in groups of 32 */
  IQ4_XS: {
    ggufId: 23,
    length: 256,
    bytes: 136,
    floats: [0],
    unpack(bytes, into, at) {
      const half = halfTable();
      for (let from = 0, to = at; from < bytes.length; from += 136) {
        const d = half[u16(bytes, from)] as number;
        for (let group = 0; group < 8; group++, to += 32) {
          const scale = d * scaleOf(bytes, from, group);
          for (let j = 0; j < 16; j++) {
            const pair = bytes[from + 8 + 16 * group + j] as number;
            into[to + j] = scale * (iq4Values[pair & 15] as number);
            into[to + 16 + j] = scale * (iq4Values[pair >> 4] as number);
          }
        }
      }
    },
  },
  IQ3_S: gridType(grids.IQ3_S, 110, 21, (block, i) =>
    block.write(
      block.bits(8 * i, 8) | (block.bits(512 + i, 1) << 8),
      odd(block.bits(832 + 4 * (i >> 3), 4)),
      block.bits(576 + 4 * i, 4),
    ),
  ),
  /** Four times seven bits of signs share 32 bits with a scale of four. */
  IQ3_XXS: gridType(grids.IQ3_XXS, 98, 18, (block, i) =>
    block.write(
      block.bits(8 * i, 8),
      odd(block.bits(540 + 32 * (i >> 3), 4)) / 4,
      block.evenSigns(512 + 32 * (i >> 3) + 7 * ((i >> 1) & 3)) >> (4 * (i & 1)),
    ),
  ),
  /** As IQ3_XXS, with 32 bits of indices before each 32 of signs and scale. */
  IQ2_XXS: gridType(grids.IQ2_XXS, 66, 16, (block, i) => {
    const four = 64 * (i >> 2);
    const scale = odd(block.bits(four + 60, 4)) / 8;
    block.write(block.bits(four + 8 * (i & 3), 8), scale, block.evenSigns(four + 32 + 7 * (i & 3)));
  }),
  IQ2_XS: gridType(grids.IQ2_XS, 74, 17, (block, i) =>
    block.write(block.bits(16 * i, 9), odd(block.bits(512 + 4 * (i >> 1), 4)) / 8, block.evenSigns(16 * i + 9)),
  ),
  IQ2_S: gridType(grids.IQ2_S, 82, 22, (block, i) =>
    block.write(
      block.bits(8 * i, 8) | (block.bits(512 + 2 * i, 2) << 8),
      odd(block.bits(576 + 4 * (i >> 1), 4)) / 8,
      block.bits(256 + 8 * i, 8),
    ),
  ),
  /** Four times three bits of indices share 16 bits with a scale of three and the sign of the shift. */
  IQ1_S: gridType(grids.IQ1, 50, 19, (block, i) => {
    const four = 256 + 16 * (i >> 2);
    const index = block.bits(8 * i, 8) | (block.bits(four + 3 * (i & 3), 3) << 8);
    block.write(index, odd(block.bits(four + 12, 3)) / 8, 0, 1 - 2 * block.bits(four + 15, 1));
  }),
  /** Four times three bits of scales share 16 bits with four bits of d. */
  IQ1_M: {
    ...gridType(grids.IQ1, 56, 29, (block, i) => {
      // No d precedes the other bits.
      if (i === 0) {
        block.from -= 2;
        const four = (j: number) => block.bits(396 + 16 * j, 4) << (4 * j);
        block.d = halfTable()[four(0) | four(1) | four(2) | four(3)] as number;
      }
      const index = block.bits(8 * i, 8) | (block.bits(256 + 4 * i, 3) << 8);
      const scale = odd(block.bits(384 + 16 * (i >> 3) + 3 * ((i >> 1) & 3), 3)) / 8;
      block.write(index, scale, 0, 1 - 2 * block.bits(259 + 4 * i, 1));
    }),
    floats: [52],
    exponent: 0x7000_c000,
  },
} satisfies Record<string, TypeDefinition>;

/** The scale of group 0 … 7 of a block at `from`: its low four bits and its high two lie in different bytes. */
function scaleOf(bytes: Uint8Array, from: number, group: number): number {
  const low = ((bytes[from + 4 + (group >> 1)] as number) >> (4 * (group & 1))) & 15;
  return (low | (((u16(bytes, from + 2) >> (2 * group)) & 3) << 4)) - 32;
}
