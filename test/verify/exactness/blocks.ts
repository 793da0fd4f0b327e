import { randomLcg, randomNormal } from 'd3-random';
import { readFileSync } from 'node:fs';
import { tensorTypes, type TensorType } from '../../../src/engine/weights/types/types';
import { partsOf } from '../../unit/support/ggufParts';
import { number, valueTypes, writeGguf, text, type GgufTensor } from '../../unit/support/ggufWriter';
import { familyPath } from './fixtures';

// A small Llama whose matrices are random blocks of one type. Its rows are as wide as the widest block, which those of
// the fixtures are not.

const width = 256;
const layers = 2;
const heads = 8;

/**
 * Where a block holds its scales in half precision (ggml-common.h), each as a multiple of the first, so that the
 * numbers lie around 0; and the power of two that makes numbers of about 0.1.
 */
const scales: Readonly<
  Partial<
    Record<
      TensorType,
      { readonly exponent: number; readonly at: readonly (readonly [offset: number, times: number])[] }
    >
  >
> = {
  Q4_0: { exponent: -6, at: [[0, 1]] },
  Q4_1: {
    exponent: -6,
    at: [
      [0, 1],
      [2, -8],
    ],
  },
  Q5_0: { exponent: -7, at: [[0, 1]] },
  Q5_1: {
    exponent: -7,
    at: [
      [0, 1],
      [2, -16],
    ],
  },
  Q8_0: { exponent: -10, at: [[0, 1]] },
  Q2_K: {
    exponent: -7,
    at: [
      [80, 1],
      [82, 2],
    ],
  },
  Q3_K: { exponent: -9, at: [[108, 1]] },
  Q4_K: {
    exponent: -12,
    at: [
      [0, 1],
      [2, 8],
    ],
  },
  Q5_K: {
    exponent: -13,
    at: [
      [0, 1],
      [2, 16],
    ],
  },
  Q6_K: { exponent: -14, at: [[208, 1]] },
  IQ4_NL: { exponent: -10, at: [[0, 1]] },
  IQ4_XS: { exponent: -14, at: [[0, 1]] },
};

/** The upper byte of a power of two in half precision, with the sign of `times`. The lower one is 0. */
const halfOf = (exponent: number, times: number): number =>
  (times < 0 ? 0x80 : 0) | ((15 + exponent + Math.log2(Math.abs(times))) << 2);

export const blockTypes = Object.keys(tensorTypes) as readonly TensorType[];

export function randomModel(type: TensorType): Uint8Array {
  const source = randomLcg(0.7);
  const normal = randomNormal.source(source)(0, 1 / Math.sqrt(width));
  const byte = () => Math.floor(256 * source());
  const block = (): Uint8Array => {
    const { bytes } = tensorTypes[type];
    if (type === 'F32') return new Uint8Array(Float32Array.of(normal()).buffer);
    if (type === 'BF16') return new Uint8Array(Float32Array.of(normal()).buffer).slice(2);
    // A sign, an exponent of 9 to 12 (2⁻⁶ … 2⁻³) and a fraction.
    if (type === 'F16') return Uint8Array.of(byte(), (byte() & 0x83) | ((9 + (byte() & 3)) << 2));
    const own = scales[type];
    if (!own) throw new Error(`Nobody said where blocks of ${type} hold their scales.`);
    const made = Uint8Array.from({ length: bytes }, byte);
    const exponent = own.exponent + (byte() & 1);
    for (const [at, times] of own.at) made.set([0, halfOf(exponent, times)], at);
    return made;
  };
  const matrix = (name: string, rows: number): GgufTensor => {
    const { length, bytes, ggufId } = tensorTypes[type];
    const data = new Uint8Array(((rows * width) / length) * bytes);
    for (let at = 0; at < data.length; at += bytes) data.set(block(), at);
    return { name: `${name}.weight`, dimensions: [width, rows], type: ggufId, data };
  };
  const gain = (name: string): GgufTensor => {
    const values = Float32Array.from({ length: width }, () => 1 + normal());
    return { name: `${name}.weight`, dimensions: [width], type: 0, data: new Uint8Array(values.buffer) };
  };
  const { keys, tensors } = partsOf(readFileSync(familyPath('llama-untied')));
  const vocabulary = Number(tensors.find(({ name }) => name === 'token_embd.weight')?.dimensions[1]);
  return writeGguf({
    keys: [
      text('general.architecture', 'llama'),
      number('llama.block_count', layers),
      number('llama.embedding_length', width),
      number('llama.attention.head_count', heads),
      number('llama.feed_forward_length', width),
      number('llama.context_length', 96),
      {
        key: 'llama.attention.layer_norm_rms_epsilon',
        type: valueTypes.f32,
        value: new Uint8Array(Float32Array.of(1e-5).buffer),
      },
      ...keys.filter(({ key }) => key.startsWith('tokenizer.')),
    ],
    tensors: [
      matrix('token_embd', vocabulary),
      matrix('output', vocabulary),
      gain('output_norm'),
      ...Array.from({ length: layers }, (_, index) => [
        gain(`blk.${index}.attn_norm`),
        gain(`blk.${index}.ffn_norm`),
        ...['attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_gate', 'ffn_up', 'ffn_down'].map((part) =>
          matrix(`blk.${index}.${part}`, width),
        ),
      ]).flat(),
    ],
  });
}
