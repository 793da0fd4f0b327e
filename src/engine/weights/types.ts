import { EngineError } from '../../shared/errors';
import { halves } from './half';
import { iq4NL, iq4XS } from './iQuants';
import { q2K, q3K, q4K, q5K, q6K } from './kQuants';

/** How a tensor's numbers are stored. */
export type TensorType =
  | 'F32'
  | 'F16'
  | 'BF16'
  | 'Q4_0'
  | 'Q4_1'
  | 'Q5_0'
  | 'Q5_1'
  | 'Q8_0'
  | 'Q2_K'
  | 'Q3_K'
  | 'Q4_K'
  | 'Q5_K'
  | 'Q6_K'
  | 'IQ4_NL'
  | 'IQ4_XS';

/** Numbers in a block, and the bytes that it takes. */
export const blocks: Readonly<Record<TensorType, { readonly length: number; readonly bytes: number }>> = {
  F32: { length: 1, bytes: 4 },
  F16: { length: 1, bytes: 2 },
  BF16: { length: 1, bytes: 2 },
  Q4_0: { length: 32, bytes: 18 },
  Q4_1: { length: 32, bytes: 20 },
  Q5_0: { length: 32, bytes: 22 },
  Q5_1: { length: 32, bytes: 24 },
  Q8_0: { length: 32, bytes: 34 },
  Q2_K: { length: 256, bytes: 84 },
  Q3_K: { length: 256, bytes: 110 },
  Q4_K: { length: 256, bytes: 144 },
  Q5_K: { length: 256, bytes: 176 },
  Q6_K: { length: 256, bytes: 210 },
  IQ4_NL: { length: 32, bytes: 18 },
  IQ4_XS: { length: 256, bytes: 136 },
};

type Dequantiser = (bytes: Uint8Array, into: Float32Array, at: number) => void;

/**
 * Writes the numbers that `bytes`, whole blocks, stand for to `into` from `at` on. Exact: each formula needs at most
 * one rounding to float32. The formulas are those of ggml's reference dequantisers (d scale, m minimum, q the stored
 * integer). Throws `EngineError('internal')` when the bytes are no whole blocks or do not fit.
 */
export function dequantise(type: TensorType, bytes: Uint8Array, into: Float32Array, at = 0): void {
  const block = blocks[type];
  const count = (bytes.length / block.bytes) * block.length;
  if (!Number.isInteger(count))
    throw new EngineError(
      'internal',
      `${bytes.length} bytes are no whole number of ${type} blocks of ${block.bytes} bytes.`,
    );
  if (at < 0 || at + count > into.length)
    throw new EngineError('internal', `${count} numbers from ${at} on do not fit into ${into.length} places.`);
  dequantisers[type](bytes, into, at);
}

const dequantisers: Readonly<Record<TensorType, Dequantiser>> = {
  F32(bytes, into, at) {
    new Uint8Array(into.buffer, into.byteOffset + at * 4, bytes.length).set(bytes);
  },

  F16(bytes, into, at) {
    const half = halves();
    for (let from = 0, to = at; from < bytes.length; from += 2) into[to++] = half[u16(bytes, from)] as number;
  },

  BF16(bytes, into, at) {
    const bits = new Uint32Array(into.buffer, into.byteOffset + at * 4, bytes.length / 2);
    for (let from = 0, to = 0; from < bytes.length; from += 2) bits[to++] = u16(bytes, from) << 16;
  },

  /** d · (q − 8) */
  Q4_0(bytes, into, at) {
    const half = halves();
    for (let from = 0, to = at; from < bytes.length; from += 18, to += 32) {
      const d = half[u16(bytes, from)] as number;
      for (let j = 0; j < 16; j++) {
        const pair = bytes[from + 2 + j] as number;
        into[to + j] = d * ((pair & 15) - 8);
        into[to + 16 + j] = d * ((pair >> 4) - 8);
      }
    }
  },

  /** d · q + m */
  Q4_1(bytes, into, at) {
    const half = halves();
    for (let from = 0, to = at; from < bytes.length; from += 20, to += 32) {
      const d = half[u16(bytes, from)] as number;
      const m = half[u16(bytes, from + 2)] as number;
      for (let j = 0; j < 16; j++) {
        const pair = bytes[from + 4 + j] as number;
        into[to + j] = d * (pair & 15) + m;
        into[to + 16 + j] = d * (pair >> 4) + m;
      }
    }
  },

  /** d · (q − 16); the fifth bits of q are a 32-bit word before the fours. */
  Q5_0(bytes, into, at) {
    const half = halves();
    for (let from = 0, to = at; from < bytes.length; from += 22, to += 32) {
      const d = half[u16(bytes, from)] as number;
      const fifth = u32(bytes, from + 2);
      for (let j = 0; j < 16; j++) {
        const pair = bytes[from + 6 + j] as number;
        into[to + j] = d * (((pair & 15) | (((fifth >>> j) & 1) << 4)) - 16);
        into[to + 16 + j] = d * (((pair >> 4) | (((fifth >>> (j + 16)) & 1) << 4)) - 16);
      }
    }
  },

  /** d · q + m, with fifth bits as in Q5_0. */
  Q5_1(bytes, into, at) {
    const half = halves();
    for (let from = 0, to = at; from < bytes.length; from += 24, to += 32) {
      const d = half[u16(bytes, from)] as number;
      const m = half[u16(bytes, from + 2)] as number;
      const fifth = u32(bytes, from + 4);
      for (let j = 0; j < 16; j++) {
        const pair = bytes[from + 8 + j] as number;
        into[to + j] = d * ((pair & 15) | (((fifth >>> j) & 1) << 4)) + m;
        into[to + 16 + j] = d * ((pair >> 4) | (((fifth >>> (j + 16)) & 1) << 4)) + m;
      }
    }
  },

  /** d · q */
  Q8_0(bytes, into, at) {
    const half = halves();
    for (let from = 0, to = at; from < bytes.length; from += 34, to += 32) {
      const d = half[u16(bytes, from)] as number;
      for (let j = 0; j < 32; j++) into[to + j] = d * (((bytes[from + 2 + j] as number) << 24) >> 24);
    }
  },

  Q2_K: q2K,
  Q3_K: q3K,
  Q4_K: q4K,
  Q5_K: q5K,
  Q6_K: q6K,
  IQ4_NL: iq4NL,
  IQ4_XS: iq4XS,
};

const u16 = (bytes: Uint8Array, at: number): number => (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
const u32 = (bytes: Uint8Array, at: number): number => u16(bytes, at) | (u16(bytes, at + 2) << 16);
