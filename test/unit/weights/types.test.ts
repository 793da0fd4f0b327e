import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { halfToFloat } from '../../../src/engine/weights/types/half';
import { dequantise, tensorTypes, typesOfFiles, type TensorType } from '../../../src/engine/weights/types/types';
import { EngineError } from '../../../src/shared/errors';
import { sampled } from '../support/sample';

const fixture = JSON.parse(
  readFileSync(new URL('../../fixtures/tensor_types.json', import.meta.url), 'utf8'),
) as Partial<Record<TensorType, { readonly bytes: string; readonly values: string }>>;

/** Textbook IEEE 754: sign · 2^exponent · significand, from the bits as text. */
function half(low: number, high: number): number {
  const bits = ((high << 8) | low).toString(2).padStart(16, '0');
  const sign = bits[0] === '1' ? -1 : 1;
  const exponent = parseInt(bits.slice(1, 6), 2);
  const fraction = parseInt(bits.slice(6), 2) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * 2 ** -14 * fraction : sign * 2 ** (exponent - 15) * (1 + fraction);
}

/** Element j of a block by the formula of its type, in float64, with q picked bit by bit. */
const element = {
  F32: (block) => new DataView(block.buffer, block.byteOffset).getFloat32(0, true),
  F16: ([low = 0, high = 0]) => half(low, high),
  BF16: ([low = 0, high = 0]) => new DataView(Uint8Array.of(0, 0, low, high).buffer).getFloat32(0, true),
  Q4_0: (block, j) => half(block[0] ?? 0, block[1] ?? 0) * (nibble(block.subarray(2), j) - 8),
  Q4_1: (block, j) =>
    half(block[0] ?? 0, block[1] ?? 0) * nibble(block.subarray(4), j) + half(block[2] ?? 0, block[3] ?? 0),
  Q5_0: (block, j) =>
    half(block[0] ?? 0, block[1] ?? 0) * (nibble(block.subarray(6), j) + 16 * bit(block.subarray(2), j) - 16),
  Q5_1: (block, j) =>
    half(block[0] ?? 0, block[1] ?? 0) * (nibble(block.subarray(8), j) + 16 * bit(block.subarray(4), j)) +
    half(block[2] ?? 0, block[3] ?? 0),
  Q8_0: (block, j) => half(block[0] ?? 0, block[1] ?? 0) * new Int8Array(block.slice(2).buffer)[j]!,
} satisfies Partial<Record<TensorType, (block: Uint8Array, j: number) => number>>;
const nibble = (bytes: Uint8Array, j: number): number =>
  j < 16 ? (bytes[j] ?? 0) % 16 : Math.floor((bytes[j - 16] ?? 0) / 16);
const bit = (bytes: Uint8Array, j: number): number => Math.floor((bytes[Math.floor(j / 8)] ?? 0) / 2 ** (j % 8)) % 2;

describe('halfToFloat', () => {
  it('is IEEE 754 for all 65,536 half floats', () => {
    for (let bits = 0; bits < 65_536; bits++) {
      const expected = half(bits & 255, bits >> 8);
      if (!Object.is(halfToFloat(bits), expected)) expect(halfToFloat(bits), `bits ${bits}`).toBe(expected);
    }
  });
});

describe('dequantise', () => {
  it.each(Object.keys(element) as (keyof typeof element)[])('%s follows its formula exactly', (type) => {
    const { length, bytes } = tensorTypes[type];
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 3 * bytes, maxLength: 3 * bytes }), fc.nat(3), (data, at) => {
        const into = new Float32Array(at + 3 * length + 1).fill(42);
        // An odd beginning in its buffer, as rows that are read from a file may have.
        const shifted = new Uint8Array(data.length + 1).fill(0);
        shifted.set(data, 1);
        dequantise(type, shifted.subarray(1), into, at);
        const expected = Float32Array.from({ length: 3 * length }, (_, i) =>
          element[type](data.slice(Math.floor(i / length) * bytes, (Math.floor(i / length) + 1) * bytes), i % length),
        );
        expect(into.subarray(at, at + 3 * length)).toEqual(expected);
        expect([...into.subarray(0, at), into.at(-1)]).toEqual(new Array(at + 1).fill(42));
      }),
      { numRuns: sampled(100, 200) },
    );
  });

  it.each(typesOfFiles.filter((type) => type !== 'F32'))('%s gives what the gguf package gives, to the bit', (type) => {
    const { bytes, values } = fixture[type] ?? { bytes: '', values: '' };
    const data = new Uint8Array(Buffer.from(bytes, 'base64'));
    const expected = new Uint8Array(Buffer.from(values, 'base64'));
    const into = new Float32Array(expected.length / 4);
    expect(into.length).toBe((data.length / tensorTypes[type].bytes) * tensorTypes[type].length);
    dequantise(type, data, into);
    // −0 and 0 are the same number, and a product of one with 0 may be either.
    expect(into.map((value) => value + 0)).toEqual(new Float32Array(expected.buffer).map((value) => value + 0));
  });

  it('refuses part of a block, and too little room', () => {
    expect(() => dequantise('Q4_1', new Uint8Array(19), new Float32Array(64))).toThrow(EngineError);
    expect(() => dequantise('Q4_1', new Uint8Array(40), new Float32Array(63))).toThrow(EngineError);
    expect(() => dequantise('Q4_1', new Uint8Array(40), new Float32Array(64), 1)).toThrow(EngineError);
  });
});
