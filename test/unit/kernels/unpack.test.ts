import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unpackRoom } from '../../../src/engine/kernels/kernels';
import { dequantise, tensorTypes, type TensorType } from '../../../src/engine/weights/types/types';
import { sampled } from '../support/sample';
import { Bench, builds, Dice } from './support';

const types = Object.keys(tensorTypes) as TensorType[];

/** Where the half-precision numbers of a block begin. */
const scalesAt: Readonly<Record<TensorType, readonly number[]>> = {
  F32: [],
  F16: [0],
  BF16: [],
  Q4_0: [0],
  Q4_1: [0, 2],
  Q5_0: [0],
  Q5_1: [0, 2],
  Q8_0: [0],
  Q2_K: [80, 82],
  Q3_K: [108],
  Q4_K: [0, 2],
  Q5_K: [0, 2],
  Q6_K: [208],
  IQ4_NL: [0],
  IQ4_XS: [0],
  TQ1_0: [52],
  TQ2_0: [64],
  MXFP4: [],
  NVFP4: [],
  NVFP4_SCALED: [],
  F8_E4M3_SCALED: [],
  IQ1_S: [0],
  IQ1_M: [],
  IQ2_XXS: [0],
  IQ2_XS: [0],
  IQ2_S: [0],
  IQ3_XXS: [0],
  IQ3_S: [0],
};

/** Zeros, subnormals, the smallest and largest numbers of half precision, each with both signs. */
const extremes = [0, 1, 2, 0x1ff, 0x3ff, 0x400, 0x401, 0x3c00, 0x7bff].flatMap((bits) => [bits, bits | 0x8000]);
const half = fc.oneof(fc.constantFrom(...extremes), fc.nat(0x7bff), fc.integer({ min: 0x8000, max: 0xfbff }));
const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 0x80, 0x88, 0xff));

interface Case {
  readonly columns: number;
  readonly first: number;
  /** Bytes after each row, which give rows any alignment. */
  readonly gap: number;
  /** Moves the scratch room and the panel by `shift` times 16 bytes. */
  readonly shift: number;
  readonly rows: readonly Uint8Array[];
}

/** Sixteen rows of random blocks with finite scales, and the columns to unpack. */
function caseOf(type: TensorType): fc.Arbitrary<Case> {
  const { length, bytes } = tensorTypes[type];
  // More than 256 columns, too, which the kernel unpacks in several rounds.
  const count = fc.oneof(
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: length === 1 ? 600 : length === 32 ? 20 : 4 }),
  );
  return fc
    .record({ first: fc.nat(length === 1 ? 9 : 2), count, after: fc.nat(1), gap: fc.nat(17), shift: fc.nat(17) })
    .chain(({ first, count, after, gap, shift }) => {
      const total = first + count + after;
      const scales = 16 * total * scalesAt[type].length;
      const parts = {
        seed: fc.integer(),
        frequent: byte,
        halves: fc.array(half, { minLength: Math.min(scales, 1), maxLength: Math.min(scales, 64) }),
      };
      return fc.record(parts).map(({ seed, frequent, halves }) => {
        // A generator of our own, because thousands of bytes from fast-check take most of the test's time.
        let state = seed;
        const next = (): number => (state = Math.imul(state, 1_664_525) + 1_013_904_223) >>> 24;
        let scale = 0;
        const rows = Array.from({ length: 16 }, () => {
          const row = Uint8Array.from({ length: total * bytes }, () => (next() < 64 ? frequent : next()));
          for (let from = 0; from < row.length; from += bytes) {
            for (const at of scalesAt[type])
              new DataView(row.buffer).setUint16(from + at, halves[scale++ % halves.length] as number, true);
            // A bit of the exponent that is 0 leaves the number in half precision finite.
            if (type === 'IQ1_M') (row[from + 53] as number) &= 0x7f;
            // A scale of 2^-62 and more, below 2^112.
            if (tensorTypes[type].ggufId < 0) row[from + 3] = 0x20 + ((row[from + 3] as number) % 0x58);
            // A power of two whose products float32 holds, even with the codes' factor.
            if (type === 'MXFP4') row[from] = Math.min(Math.max(row[from] as number, 3), 251);
          }
          return row;
        });
        return { columns: count * length, first: first * length, gap, shift, rows };
      });
    });
}

/** The panel of float32 bits that the plain dequantiser makes. */
function expectedOf(type: TensorType, { rows, first, columns }: Case): Uint32Array {
  const { length, bytes } = tensorTypes[type];
  const panel = new Float32Array(columns * 16);
  const numbersOfRow = new Float32Array(columns);
  const bits = new Uint32Array(numbersOfRow.buffer);
  const panelBits = new Uint32Array(panel.buffer);
  rows.forEach((row, r) => {
    dequantise(type, row.subarray((first / length) * bytes, ((first + columns) / length) * bytes), numbersOfRow);
    bits.forEach((number, k) => (panelBits[k * 16 + r] = number));
  });
  return panelBits;
}

const page = 65_536;
const memoryBytes = 2 * page;
const scratchBytes = unpackRoom;
/** A byte that fills the memory before a call, so that every written byte shows. */
const untouched = 0xa5;

describe.each(builds)('unpack, %s build', (build) => {
  const { kernels, bytes: memory } = new Bench(build, memoryBytes);

  /**
   * Unpacks a case and returns the panel's bits, and whether the kernel wrote only to panel and scratch room. The last
   * row ends where the memory ends, so that a read past it is a trap.
   */
  function run(type: TensorType, { rows, first, columns, gap, shift }: Case) {
    const rowBytes = (rows[0] as Uint8Array).length + gap;
    const scratch = page + 16 * shift;
    const panel = scratch + scratchBytes + 256;
    const source = memory.length - 16 * rowBytes + gap;
    memory.fill(untouched, page);
    rows.forEach((row, r) => memory.set(row, source + r * rowBytes));
    const before = memory.slice();
    const { ggufId, length, bytes } = tensorTypes[type];
    const stored = { type: ggufId, rows: source, rowBytes, bytesPerColumn: bytes / length, panel, scratch };
    kernels.unpack({ ...stored, first, columns });
    const end = panel + columns * 64;
    const regions: readonly (readonly [number, number])[] = [
      [0, scratch],
      [scratch + scratchBytes, panel],
      [end, memory.length],
    ];
    const contained = regions.every(
      ([from, to]) => Buffer.compare(memory.subarray(from, to), before.subarray(from, to)) === 0,
    );
    return { panel: new Uint32Array(memory.slice(panel, end).buffer), contained, stored };
  }

  it.each(types)('%s equals the plain dequantiser to the bit and writes nothing else', (type) => {
    fc.assert(
      fc.property(caseOf(type), (example) => {
        const { panel, contained } = run(type, example);
        const expected = expectedOf(type, example);
        const wrong = panel.findIndex((bits, i) => bits !== expected[i]);
        if (wrong >= 0)
          expect(panel[wrong], `row ${wrong % 16}, column ${Math.floor(wrong / 16)}`).toBe(expected[wrong]);
        expect(contained).toBe(true);
      }),
      { numRuns: sampled(30, 100) },
    );
  });

  it.each(types)('one vector times %s has the bits of many', (type) => {
    fc.assert(
      fc.property(caseOf(type), fc.integer(), fc.boolean(), (example, seed, biased) => {
        const { columns } = example;
        const x = new Dice(seed).floats(columns + 16);
        const { stored } = run(type, { ...example, first: 0 });
        const { panel } = stored;
        const [a, c, bias] = [panel + columns * 64, panel + columns * 68, panel + columns * 68 + 128];
        new Float32Array(memory.buffer, a, columns).set(x.subarray(0, columns));
        new Float32Array(memory.buffer, bias, 16).set(x.subarray(columns));
        const start = biased ? bias : 0;
        const strides = { strideA: 4 * columns, stridePanel: 64, strideC: 64 };
        kernels.multiply({ a, panel, c, ...strides, rows: 1, columns, accumulate: false, bias: start });
        const expected = memory.slice(c, c + 64);
        kernels.multiplyRow({ ...stored, x: a, columns, out: c, bias: start });
        expect(Buffer.compare(memory.subarray(c, c + 64), expected)).toBe(0);
      }),
      { numRuns: sampled(10, 60) },
    );
  });

  it('F16 knows every finite half', () => {
    const all = Array.from({ length: 65_536 }, (_, bits) => bits).filter((bits) => (bits & 0x7c00) !== 0x7c00);
    const columns = 512;
    for (let at = 0; at < all.length; at += 16 * columns) {
      const rows = Array.from(
        { length: 16 },
        (_, r) =>
          new Uint8Array(
            Uint16Array.from({ length: columns }, (_, k) => all[(at + r * columns + k) % all.length] as number).buffer,
          ),
      );
      const example = { rows, first: 0, columns, gap: 0, shift: 0 };
      expect(run('F16', example).panel).toEqual(expectedOf('F16', example));
    }
  });

  it('stops at a type that it does not know', () => {
    const numbers = { rows: 65_536, rowBytes: 64, bytesPerColumn: 1, first: 0, columns: 32 };
    expect(() => kernels.unpack({ type: 9, ...numbers, panel: 8192, scratch: 1024 })).toThrow(WebAssembly.RuntimeError);
  });
});
