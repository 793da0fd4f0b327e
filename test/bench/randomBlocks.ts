import { tensorTypes, type TensorType } from '../../src/engine/weights/types/types';

/** By their numbers in GGUF. */
export const blockTypes = { F16: 1, Q8_0: 8, Q4_K: 12, Q5_K: 13, Q6_K: 14 } as const;
export type BlockType = keyof typeof blockTypes;

let state = 1;
/** Marsaglia's xorshift, 32 bits. */
function random(): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return state;
}

/** Random integers with small scales, where each type has them. */
export function randomBlocks(type: BlockType, count: number): Uint8Array {
  const { bytes } = tensorTypes[type as TensorType];
  const words = new Int32Array(Math.ceil((count * bytes) / 4));
  for (let i = 0; i < words.length; i++) words[i] = random();
  const data = new Uint8Array(words.buffer, 0, count * bytes);
  const scales = { F16: [0], Q8_0: [0], Q4_K: [0, 2], Q5_K: [0, 2], Q6_K: [208] }[type];
  for (let at = 0; at < data.length; at += bytes)
    for (const place of scales)
      data[at + place + 1] = type === 'F16' ? 0x20 | ((data[at + place + 1] as number) & 0x93) : 0x0c;
  return data;
}
