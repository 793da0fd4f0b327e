import { layoutOf } from '../unit/support/ggufLayout';
import { integers, number, text, texts, valueTypes, writeGguf, type GgufTensor } from '../unit/support/ggufWriter';
import { randomOf, type Random, type Sound } from '../unit/support/mutations';

/** Types by their number in GGUF: numbers and bytes of a block, and where its half-precision scales lie. */
export const quantisedTypes: Readonly<
  Record<number, { readonly length: number; readonly bytes: number; readonly scales: readonly number[] }>
> = {
  2: { length: 32, bytes: 18, scales: [0] },
  3: { length: 32, bytes: 20, scales: [0, 2] },
  6: { length: 32, bytes: 22, scales: [0] },
  7: { length: 32, bytes: 24, scales: [0, 2] },
  8: { length: 32, bytes: 34, scales: [0] },
  10: { length: 256, bytes: 84, scales: [80, 82] },
  11: { length: 256, bytes: 110, scales: [108] },
  12: { length: 256, bytes: 144, scales: [0, 2] },
  13: { length: 256, bytes: 176, scales: [0, 2] },
  14: { length: 256, bytes: 210, scales: [208] },
  20: { length: 32, bytes: 18, scales: [0] },
  23: { length: 256, bytes: 136, scales: [0] },
};

const [f32, f16] = [0, 1];

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
  /** The type of matrix number `i` whose rows are so long. */
  readonly typeOf: (i: number, columns: number) => number;
}

/** Random numbers of either sign, about 1/√columns long; of quantised types random blocks with scales of about 1e-3. */
function numbersOf(random: Random, type: number, count: number, columns: number): Uint8Array {
  const sign = () => random(2) << 15;
  if (type === f32)
    return new Uint8Array(
      Float32Array.from({ length: count }, () => (random(2 ** 16) / 2 ** 15 - 1) / Math.sqrt(columns)).buffer,
    );
  if (type === f16)
    return new Uint8Array(Uint16Array.from({ length: count }, () => sign() | (0x2c00 + random(0x800))).buffer);
  const { length, bytes, scales } = quantisedTypes[type] as (typeof quantisedTypes)[number];
  const data = Uint8Array.from({ length: (count / length) * bytes }, () => random(256));
  const view = new DataView(data.buffer);
  for (let at = 0; at < data.length; at += bytes)
    for (const scale of scales) view.setUint16(at + scale, sign() | (0x1000 + random(0x400)), true);
  return data;
}

/** A llama of random weights, with letters for tokens. */
export function llamaFile(
  random: Random,
  { layers, width, heads, groups, feedForward, tokens: count, context, window, typeOf }: LlamaShape,
): Uint8Array {
  const letters = [...new Set('The capitlofrns.Pw'.replace(' ', 'Ġ'))];
  const tokens = Array.from({ length: count }, (_, id) => (id === count - 1 ? '<s>' : (letters[id] ?? `token ${id}`)));
  const gain = (name: string): GgufTensor => ({
    name: `${name}.weight`,
    dimensions: [width],
    type: f32,
    data: new Uint8Array(new Float32Array(width).fill(1).buffer),
  });
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
      ...[
        text('tokenizer.ggml.model', 'gpt2'),
        text('tokenizer.ggml.pre', 'gpt-2'),
        texts('tokenizer.ggml.merges', []),
        texts('tokenizer.ggml.tokens', tokens),
        integers(
          'tokenizer.ggml.token_type',
          tokens.map((_, id) => (id === count - 1 ? 3 : 1)),
        ),
      ],
    ],
    tensors: [
      matrix('token_embd', count, width),
      gain('output_norm'),
      ...Array.from({ length: layers }, (_, index) => layer(`blk.${index}`)).flat(),
    ],
  });
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
