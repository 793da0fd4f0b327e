import { singleExponent, type TypeDefinition } from './definition';
import { halfTable, u16 } from './half';

// The floating-point types: a block is one number.

export const floatTypes = {
  F32: {
    ggufId: 0,
    length: 1,
    bytes: 4,
    floats: [2],
    exponent: singleExponent,
    unpack(bytes, into, at) {
      new Uint8Array(into.buffer, into.byteOffset + at * 4, bytes.length).set(bytes);
    },
  },
  F16: {
    ggufId: 1,
    length: 1,
    bytes: 2,
    floats: [0],
    unpack(bytes, into, at) {
      const half = halfTable();
      for (let from = 0, to = at; from < bytes.length; from += 2) into[to++] = half[u16(bytes, from)] as number;
    },
  },
  /** The upper half of float32. */
  BF16: {
    ggufId: 30,
    length: 1,
    bytes: 2,
    floats: [0],
    exponent: singleExponent,
    unpack(bytes, into, at) {
      const bits = new Uint32Array(into.buffer, into.byteOffset + at * 4, bytes.length / 2);
      for (let from = 0, to = 0; from < bytes.length; from += 2) bits[to++] = u16(bytes, from) << 16;
    },
  },
} satisfies Record<string, TypeDefinition>;
