import type { Random } from '../unit/support/mutations';
import { quantisedTypes } from './llamaFile';
import { pick } from './mutator';

const f32 = 0;

/**
 * Bytes of a block, or of a number where the type is not quantised, and where in it the sign and the exponent of a
 * floating-point number lie.
 */
function blockOf(random: Random, type: number): { readonly bytes: number; readonly exponentAt: number } {
  const quantised = quantisedTypes[type];
  if (quantised) {
    const exponents = quantised.bytesOf(0).filter(([, byte]) => byte > 0);
    return { bytes: quantised.bytes, exponentAt: pick(random, exponents)[0] };
  }
  return type === f32 ? { bytes: 4, exponentAt: 3 } : { bytes: 2, exponentAt: 1 };
}

/**
 * Changes numbers in a tensor's data and says how: bits, scales of blocks, and whole tensors that become empty, equal,
 * tiny or huge.
 */
export function spoilNumbers(random: Random, data: Uint8Array, type: number): string {
  if (data.length === 0) return 'nothing to change';
  switch (random(6)) {
    case 0:
    case 1: {
      const at = random(data.length);
      const bit = random(8);
      (data[at] as number) ^= 1 << bit;
      return `bit ${bit} of byte ${at} flipped`;
    }
    case 2: {
      const block = blockOf(random, type);
      const at = Math.min(
        data.length - 1,
        random(Math.ceil(data.length / block.bytes)) * block.bytes + block.exponentAt,
      );
      const byte = pick(random, [0, 0x3b, 0x7b, 0x7c, 0x7f, 0xfb, 0xff]);
      data[at] = byte;
      return `byte ${at} is ${byte}`;
    }
    case 3: {
      const byte = pick(random, [0, 0, 1, 0x3c, 0x7b, 0xff]);
      data.fill(byte);
      return `every byte is ${byte}`;
    }
    default: {
      const exponent = pick(random, [-38, -25, -12, -6, -3, -1, 1, 2, 3, 6, 12, 19, 25, 38]);
      if (type !== f32) {
        const at = random(data.length);
        data.fill(random(256), at, at + random(64));
        return `bytes from ${at} on are equal`;
      }
      // A copy, since the data may begin anywhere.
      const numbers = new Float32Array(data.slice(0, data.length - (data.length % 4)).buffer);
      const only = random(3) === 0 ? random(numbers.length) : undefined;
      numbers.forEach((value, i) => {
        if (only === undefined || i === only) numbers[i] = value * 10 ** exponent;
      });
      data.set(new Uint8Array(numbers.buffer));
      return `${only === undefined ? 'all numbers' : `number ${only}`} times 1e${exponent}`;
    }
  }
}
