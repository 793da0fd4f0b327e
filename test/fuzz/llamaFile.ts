import { tensorTypes, typesOfFiles, type TensorType } from '../../src/engine/weights/types/types';
import { layoutOf } from '../unit/support/ggufLayout';
import {
  integers,
  number,
  text,
  texts,
  valueTypes,
  writeGguf,
  type GgufKey,
  type GgufTensor,
} from '../unit/support/ggufWriter';
import { randomOf, type Random, type Sound } from '../unit/support/mutations';

/** Where a block holds its scales, in half precision, and how many times the first each is. */
type Scales = readonly (readonly [offset: number, times: number])[];
const first: Scales = [[0, 1]];

/**
 * The scales (ggml-common.h) of each quantised type, as multiples of the first so that the numbers lie around 0, and
 * the power of two that makes numbers of about 0.1.
 */
const scalesOf: Readonly<Partial<Record<TensorType, readonly [exponent: number, scales: Scales]>>> = {
  Q4_0: [-6, first],
  Q4_1: [-6, [...first, [2, -8]]],
  Q5_0: [-7, first],
  Q5_1: [-7, [...first, [2, -16]]],
  Q8_0: [-10, first],
  Q2_K: [
    -7,
    [
      [80, 1],
      [82, 2],
    ],
  ],
  Q3_K: [-9, [[108, 1]]],
  Q4_K: [-12, [...first, [2, 8]]],
  Q5_K: [-13, [...first, [2, 16]]],
  Q6_K: [-14, [[208, 1]]],
  IQ4_NL: [-10, first],
  IQ4_XS: [-14, first],
  IQ1_S: [-7, first],
  IQ2_XXS: [-9, first],
  IQ2_XS: [-9, first],
  IQ2_S: [-9, first],
  IQ3_XXS: [-11, first],
  IQ3_S: [-11, first],
  TQ1_0: [-4, [[52, 1]]],
  TQ2_0: [-4, [[64, 1]]],
};

/** The same of the types whose scales are no two bytes of half precision: bytes that make them 2^(exponent − 7). */
const bytesOf: Readonly<Partial<Record<TensorType, ScaleBytes>>> = {
  // Two bits of the exponent are the highest of byte 53.
  IQ1_M: (exponent) => [
    [53, (exponent & 3) << 6],
    [55, ((8 + exponent) >> 2) << 4],
  ],
  MXFP4: (exponent) => [[0, 121 + exponent]],
  NVFP4: (exponent) => [0, 1, 2, 3].map((group) => [group, (1 + exponent) << 3]),
};

/** The bytes of a block that make its scales powers of two; those of an exponent are not 0. */
type ScaleBytes = (exponent: number) => readonly (readonly [offset: number, byte: number])[];

export const blockTypes: readonly TensorType[] = typesOfFiles;

/** A quantised type by its number in GGUF: numbers and bytes of a block, and where its scales lie. */
export interface Quantised {
  readonly length: number;
  readonly bytes: number;
  readonly exponent: number;
  readonly bytesOf: ScaleBytes;
}

export const quantisedTypes: Readonly<Record<number, Quantised>> = Object.fromEntries(
  blockTypes.flatMap((type) => {
    const { ggufId, length, bytes } = tensorTypes[type];
    const [exponent, scales] = scalesOf[type] ?? [0, undefined];
    const own =
      bytesOf[type] ??
      (scales &&
        ((power: number) =>
          scales.flatMap(([offset, times]) => [[offset, 0] as const, [offset + 1, halfOf(power, times)] as const])));
    if (length > 1 && !own) throw new Error(`Nobody said where blocks of ${type} hold their scales.`);
    return own ? [[ggufId, { length, bytes, exponent, bytesOf: own }]] : [];
  }),
);

const [f32, f16, bf16] = [0, 1, 30];

/** A llama that is to be written. */
export interface LlamaShape {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly groups: number;
  readonly feedForward: number;
  readonly tokens: number;
  readonly context: number;
  /** 0 for none. */
  readonly window: number;
  /** The output has a matrix of its own. */
  readonly untied?: boolean;
  /** By default letters. Otherwise keys that have so many tokens. */
  readonly tokenizer?: readonly GgufKey[];
  /** The type of matrix number `i` whose rows are so long. */
  readonly typeOf: (i: number, columns: number) => number;
}

/** The upper byte of a power of two in half precision, with the sign of `times`. The lower one is 0. */
const halfOf = (exponent: number, times: number): number =>
  (times < 0 ? 0x80 : 0) | ((15 + exponent + Math.log2(Math.abs(times))) << 2);

/** Random numbers of either sign, about 1/√columns long; of quantised types random blocks. */
function numbersOf(random: Random, type: number, count: number, columns: number): Uint8Array {
  const floats = () => Float32Array.from({ length: count }, () => (random(2 ** 16) / 2 ** 15 - 1) / Math.sqrt(columns));
  if (type === f32) return new Uint8Array(floats().buffer);
  if (type === bf16)
    return new Uint8Array(Uint16Array.from(new Uint32Array(floats().buffer), (bits) => bits >>> 16).buffer);
  // A sign, an exponent of 9 to 12 (2⁻⁶ … 2⁻³) and a fraction.
  const half = () => (random(2) << 15) | ((9 + random(4)) << 10) | random(2 ** 10);
  if (type === f16) return new Uint8Array(Uint16Array.from({ length: count }, half).buffer);
  const { length, bytes, exponent, bytesOf: own } = quantisedTypes[type] as Quantised;
  const data = Uint8Array.from({ length: (count / length) * bytes }, () => random(256));
  for (let at = 0; at < data.length; at += bytes) {
    for (const [offset, byte] of own(exponent + random(2))) data[at + offset] = byte;
  }
  return data;
}

/** A llama of random weights, with letters for tokens. */
export function llamaFile(
  random: Random,
  { layers, width, heads, groups, feedForward, tokens: count, context, window, typeOf, ...given }: LlamaShape,
): Uint8Array {
  const gain = (name: string): GgufTensor => {
    const data = Float32Array.from({ length: width }, () => 0.9 + random(2 ** 10) / 5000);
    return { name: `${name}.weight`, dimensions: [width], type: f32, data: new Uint8Array(data.buffer) };
  };
  let made = 0;
  const matrix = (name: string, rows: number, columns: number): GgufTensor => {
    const type = typeOf(made++, columns);
    return {
      name: `${name}.weight`,
      dimensions: [columns, rows],
      type,
      data: numbersOf(random, type, columns * rows, columns),
    };
  };
  const keyRows = (width / heads) * groups;
  const layer = (name: string) => [
    ...[
      gain(`${name}.attn_norm`),
      matrix(`${name}.attn_q`, width, width),
      matrix(`${name}.attn_k`, keyRows, width),
      matrix(`${name}.attn_v`, keyRows, width),
      matrix(`${name}.attn_output`, width, width),
    ],
    ...[
      gain(`${name}.ffn_norm`),
      matrix(`${name}.ffn_gate`, feedForward, width),
      matrix(`${name}.ffn_up`, feedForward, width),
      matrix(`${name}.ffn_down`, width, feedForward),
    ],
  ];
  const sizes = {
    block_count: layers,
    embedding_length: width,
    'attention.head_count': heads,
    'attention.head_count_kv': groups,
    feed_forward_length: feedForward,
    context_length: context,
    'attention.sliding_window': window,
  };
  return writeGguf({
    keys: [
      text('general.architecture', 'llama'),
      ...Object.entries(sizes).map(([key, value]) => number(`llama.${key}`, value)),
      {
        key: 'llama.attention.layer_norm_rms_epsilon',
        type: valueTypes.f32,
        value: new Uint8Array(Float32Array.of(1e-5).buffer),
      },
      ...(given.tokenizer ?? letters(count)),
    ],
    tensors: [
      matrix('token_embd', count, width),
      ...(given.untied ? [matrix('output', count, width)] : []),
      gain('output_norm'),
      ...Array.from({ length: layers }, (_, index) => layer(`blk.${index}`)).flat(),
    ],
  });
}

/** Keys of a tokenizer whose first tokens are letters. */
function letters(count: number): GgufKey[] {
  const known = [...new Set('The capitlofrns.Pw'.replace(' ', 'Ġ'))];
  const tokens = Array.from({ length: count }, (_, id) => (id === count - 1 ? '<s>' : (known[id] ?? `token ${id}`)));
  const kinds = tokens.map((_, id) => (id === count - 1 ? 3 : 1));
  return [
    text('tokenizer.ggml.model', 'gpt2'),
    text('tokenizer.ggml.pre', 'gpt-2'),
    texts('tokenizer.ggml.merges', []),
    texts('tokenizer.ggml.tokens', tokens),
    integers('tokenizer.ggml.token_type', kinds),
  ];
}

/** A small model with each matrix of another type: what no fixture of a family has. */
export function quantisedFile(): Sound {
  const types = Object.keys(quantisedTypes).map(Number);
  const bytes = llamaFile(randomOf(1, 0), {
    layers: 2,
    width: 256,
    heads: 4,
    groups: 2,
    feedForward: 256,
    tokens: 20,
    context: 64,
    window: 0,
    typeOf: (i) => types[i % types.length] as number,
  });
  return { name: 'llama of all types', bytes, layout: layoutOf(bytes), size: bytes.length };
}
