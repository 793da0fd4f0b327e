import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { tensorTypes } from '../../src/engine/weights/types/types';
import { array, integers, number, text, texts, valueTypes, writeGguf, type GgufKey } from '../unit/support/ggufWriter';

/** Sizes of a model of the llama family, or of a mixture whose attention is the same. */
export interface LlamaSizes {
  readonly layers: number;
  readonly dimensions: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  /** Whether one matrix serves at both ends. */
  readonly tied: boolean;
  /** Of a mixture; `feedForward` is that of all experts that run at a position. */
  readonly experts?: { readonly count: number; readonly used: number };
  /** Whether three of four layers have a recurrence, and the others gated attention, as in Qwen 3.5. */
  readonly recurrent?: boolean;
  /** Numbers of the vector that each layer reads of a token, and windows in every other layer, as in Gemma 4. */
  readonly besideWidth?: number;
  /** By default `bpe`: bytes and merges. `sentencePiece` has scores, as Gemma's. */
  readonly tokenizer?: 'bpe' | 'sentencePiece';
}

/** The shape of Gemma 3 270M, whose vocabulary is most of the model. */
export const largeVocabulary: LlamaSizes = {
  ...{ layers: 18, dimensions: 640, heads: 4, keyValueHeads: 1, feedForward: 2048 },
  ...({ vocabulary: 262_144, tied: true, tokenizer: 'sentencePiece' } as const),
};

type Type = 'F32' | 'Q8_0' | 'Q4_K' | 'Q6_K';
const numbers: Readonly<Record<Type, number>> = { F32: 0, Q8_0: 8, Q4_K: 12, Q6_K: 14 };

interface Planned {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly type: Type;
  /** Matrices that are stacked in the tensor. */
  readonly stack?: number;
}

/**
 * Writes a file as llama.cpp's Q4_K_M makes it of such a model: the output rows and the more sensitive matrices in
 * Q6_K, the rest in Q4_K, and those whose rows are not whole blocks of these in Q8_0. Its weights are random, as wide
 * as their input asks, others with another `seed`; its tokens are words of a few letters. Returns the file's bytes. A
 * few MiB are held at a time.
 */
export function writeLlama(path: string, sizes: LlamaSizes, seed = 12_345): number {
  const { placed, end } = plan(sizes);
  const random = generator(seed);
  const header = writeGguf({
    keys: keysOf(sizes),
    tensors: placed.map(({ name, rows, columns, type, offset, stack = 1 }) => ({
      name,
      dimensions: rows === 1 ? [columns] : stack > 1 ? [columns, rows / stack, stack] : [columns, rows],
      type: numbers[type],
      data: new Uint8Array(0),
      offset: BigInt(offset),
    })),
  });
  const file = openSync(path, 'w');
  try {
    writeSync(file, header);
    for (const tensor of placed) {
      const rowsAtATime = Math.max(1, Math.floor(numbersAtATime / tensor.columns));
      let at = header.length + tensor.offset;
      for (let first = 0; first < tensor.rows; first += rowsAtATime) {
        const data = fill({ ...tensor, rows: Math.min(rowsAtATime, tensor.rows - first) }, random);
        writeSync(file, data, 0, data.length, at);
        at += data.length;
      }
    }
    // What comes after is not to be held up by the disk.
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return header.length + end;
}

/** Bytes of the tensors of such a file. */
export const tensorBytes = (sizes: LlamaSizes): number => plan(sizes).end;

/** Of a recurrence: every fourth layer has attention, and states are 128 × 128. */
const [recurrentPeriod, stateSize] = [4, 128];

const numbersAtATime = 2 ** 24;

/** Where each tensor lies, and where the last one ends. */
function plan(sizes: LlamaSizes): {
  readonly placed: readonly (Planned & { readonly offset: number })[];
  readonly end: number;
} {
  let end = 0;
  const placed = tensorsOf(sizes).map((tensor) => {
    const offset = end;
    end = Math.ceil((offset + bytesOf(tensor)) / 32) * 32;
    return { ...tensor, offset };
  });
  return { placed, end };
}

const bytesOf = ({ rows, columns, type }: Planned): number =>
  ((rows * columns) / tensorTypes[type].length) * tensorTypes[type].bytes;

function tensorsOf({
  layers,
  dimensions: d,
  heads,
  keyValueHeads,
  feedForward,
  vocabulary,
  tied,
  experts,
  recurrent = false,
  besideWidth: own = 0,
}: LlamaSizes): Planned[] {
  const headSize = d / heads;
  const eighth = Math.floor(layers / 8);
  /** llama.cpp's choice of the layers that get more bits. */
  const finer = (layer: number): Type =>
    layer < eighth || layer >= layers - eighth || (layer - eighth) % 3 === 2 ? 'Q6_K' : 'Q4_K';
  const layer = (index: number): Planned[] => {
    const matrix = (name: string, rows: number, columns: number, type: Type = 'Q4_K') => ({
      name: `blk.${index}.${name}.weight`,
      rows,
      columns,
      type,
    });
    const { count = 1, used = 1 } = experts ?? {};
    const width = feedForward / used;
    const stacked = (name: string, rows: number, columns: number, type?: Type) => ({
      ...matrix(experts ? `${name}_exps` : name, count * rows, columns, type),
      stack: count,
    });
    const named = { type: 'F32', rows: 1 } as const;
    const mixer = !recurrent
      ? [
          matrix('attn_q', d, d),
          matrix('attn_k', keyValueHeads * headSize, d),
          matrix('attn_v', keyValueHeads * headSize, d, finer(index)),
          matrix('attn_output', d, d),
        ]
      : index % recurrentPeriod === recurrentPeriod - 1
        ? [
            ...[matrix('attn_q', 2 * d, d), matrix('attn_k', keyValueHeads * headSize, d)],
            ...[matrix('attn_v', keyValueHeads * headSize, d, finer(index)), matrix('attn_output', d, d)],
            ...[matrix('attn_q_norm', 1, headSize, 'F32'), matrix('attn_k_norm', 1, headSize, 'F32')],
          ]
        : [
            ...[matrix('attn_qkv', 3 * d, d), matrix('attn_gate', d, d), matrix('ssm_out', d, d, finer(index))],
            ...[matrix('ssm_alpha', d / stateSize, d, 'Q8_0'), matrix('ssm_beta', d / stateSize, d, 'Q8_0')],
            ...[matrix('ssm_conv1d', 3 * d, 4, 'F32'), matrix('ssm_norm', 1, stateSize, 'F32')],
            { ...named, name: `blk.${index}.ssm_a`, columns: d / stateSize },
            { ...named, name: `blk.${index}.ssm_dt.bias`, columns: d / stateSize },
          ];
    return [
      ...(experts ? [matrix('ffn_gate_inp', count, d, 'Q8_0')] : []),
      matrix('attn_norm', 1, d, 'F32'),
      ...mixer,
      matrix(recurrent ? 'post_attention_norm' : 'ffn_norm', 1, d, 'F32'),
      stacked('ffn_gate', width, d),
      stacked('ffn_up', width, d),
      stacked('ffn_down', d, width, finer(index)),
      ...(own > 0
        ? [
            ...['attn_q_norm', 'attn_k_norm'].map((name) => matrix(name, 1, headSize, 'F32')),
            ...['post_attention_norm', 'post_ffw_norm', 'post_norm'].map((name) => matrix(name, 1, d, 'F32')),
            ...[matrix('inp_gate', own, d), matrix('proj', d, own)],
          ]
        : []),
    ];
  };
  const all: Planned[] = [
    { name: 'token_embd.weight', rows: vocabulary, columns: d, type: tied ? 'Q6_K' : 'Q4_K' },
    ...(experts || recurrent
      ? []
      : [{ name: 'rope_freqs.weight', rows: 1, columns: headSize / 2, type: 'F32' } as const]),
    ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    { name: 'output_norm.weight', rows: 1, columns: d, type: 'F32' },
    ...(own > 0
      ? ([
          { name: 'per_layer_token_embd.weight', rows: vocabulary, columns: layers * own, type: 'Q4_K' },
          { name: 'per_layer_model_proj.weight', rows: layers * own, columns: d, type: 'Q4_K' },
          { name: 'per_layer_proj_norm.weight', rows: 1, columns: own, type: 'F32' },
        ] as const)
      : []),
    ...(tied ? [] : [{ name: 'output.weight', rows: vocabulary, columns: d, type: 'Q6_K' } as const]),
  ];
  return all.map((one) => (one.columns % tensorTypes[one.type].length === 0 ? one : { ...one, type: 'Q8_0' }));
}

/** Marsaglia's xorshift: fills words with random bits. */
function generator(seed: number): (words: Uint32Array) => void {
  let state = seed;
  return (words) => {
    // A local variable, and no call for each word: there are a thousand million of them.
    let bits = state;
    for (let i = 0; i < words.length; i++) {
      bits ^= bits << 13;
      bits ^= bits >>> 17;
      bits ^= bits << 5;
      words[i] = bits;
    }
    state = bits;
  };
}

/**
 * Random integers and scales of groups; scales of blocks so that a weight's standard deviation is 1/√columns and its
 * mean about 0.
 */
function fill(tensor: Planned, random: (words: Uint32Array) => void): Uint8Array {
  const { columns, type } = tensor;
  // A state fades: its rate is below 0.
  if (type === 'F32')
    return new Uint8Array(new Float32Array(tensor.rows * columns).fill(tensor.name.endsWith('ssm_a') ? -1 : 1).buffer);
  const words = new Uint32Array(Math.ceil(bytesOf(tensor) / 4));
  random(words);
  const data = new Uint8Array(words.buffer, 0, bytesOf(tensor));
  const wide = 1 / Math.sqrt(columns);
  for (let from = 0; from < data.length; from += tensorTypes[type].bytes) {
    if (type === 'Q6_K') putHalf(data, from + 208, wide / 1366);
    else if (type === 'Q8_0') putHalf(data, from, wide / 74);
    else {
      putHalf(data, from, wide / 258);
      putHalf(data, from + 2, (7.5 * wide) / 258);
    }
  }
  return data;
}

/** A positive number below 2 as a half; what is below the normal ones as a multiple of 2^-24. */
function putHalf(data: Uint8Array, at: number, value: number): void {
  const exponent = Math.max(-14, Math.floor(Math.log2(value)));
  const fraction = Math.round(value * 2 ** (10 - exponent));
  const bits = fraction + ((exponent + 14) << 10);
  data[at] = bits & 255;
  data[at + 1] = bits >> 8;
}

function keysOf({
  layers,
  dimensions,
  heads,
  keyValueHeads,
  feedForward,
  vocabulary,
  tokenizer,
  experts,
  recurrent,
  besideWidth,
}: LlamaSizes): GgufKey[] {
  // A mixture of this family has Llama's attention.
  const family = experts ? 'granitemoe' : recurrent ? 'qwen35' : besideWidth ? 'gemma4' : 'llama';
  const float = (key: string, value: number): GgufKey => ({
    key,
    type: valueTypes.f32,
    value: new Uint8Array(Float32Array.of(value).buffer),
  });
  return [
    text('general.architecture', family),
    ...(experts
      ? [
          number('granitemoe.expert_count', experts.count),
          number('granitemoe.expert_used_count', experts.used),
          number('granitemoe.expert_feed_forward_length', feedForward / experts.used),
          float('granitemoe.logit_scale', 1),
        ]
      : []),
    ...(recurrent
      ? [
          number('qwen35.ssm.conv_kernel', 4),
          number('qwen35.ssm.state_size', stateSize),
          number('qwen35.ssm.group_count', dimensions / stateSize),
          number('qwen35.ssm.time_step_rank', dimensions / stateSize),
          number('qwen35.ssm.inner_size', dimensions),
        ]
      : []),
    ...(besideWidth
      ? [
          number('gemma4.embedding_length_per_layer_input', besideWidth),
          number('gemma4.attention.sliding_window', 512),
          array(
            'gemma4.attention.sliding_window_pattern',
            valueTypes.bool,
            layers,
            Uint8Array.from({ length: layers }, (_, i) => 1 - (i % 2)),
          ),
          number('gemma4.attention.key_length_swa', dimensions / heads),
          number('gemma4.attention.value_length_swa', dimensions / heads),
        ]
      : []),
    number(`${family}.block_count`, layers),
    number(`${family}.context_length`, 131_072),
    number(`${family}.embedding_length`, dimensions),
    number(`${family}.feed_forward_length`, feedForward),
    number(`${family}.attention.head_count`, heads),
    number(`${family}.attention.head_count_kv`, keyValueHeads),
    float(`${family}.attention.layer_norm_rms_epsilon`, 1e-5),
    float(`${family}.rope.freq_base`, 500_000),
    ...(tokenizer === 'sentencePiece' ? sentencePieceKeys(vocabulary) : bpeKeys(vocabulary)),
  ];
}

function bpeKeys(vocabulary: number): GgufKey[] {
  const { tokens, merges } = words(vocabulary);
  return [
    text('tokenizer.ggml.model', 'gpt2'),
    text('tokenizer.ggml.pre', 'llama-bpe'),
    texts('tokenizer.ggml.tokens', tokens),
    integers(
      'tokenizer.ggml.token_type',
      tokens.map((_, id) => (id === tokens.length - 1 ? 3 : 1)),
    ),
    texts('tokenizer.ggml.merges', merges),
    number('tokenizer.ggml.bos_token_id', tokens.length - 1),
  ];
}

/** The same words, and tokens for the 256 bytes. */
function sentencePieceKeys(vocabulary: number): GgufKey[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const own = words(vocabulary - bytes.length).tokens.map((word) => word.replaceAll('Ġ', '\u2581'));
  const tokens = [...bytes, ...own];
  const scores = new Uint8Array(Float32Array.from(tokens, (_, id) => -id).buffer);
  return [
    text('tokenizer.ggml.model', 'llama'),
    texts('tokenizer.ggml.tokens', tokens),
    array('tokenizer.ggml.scores', valueTypes.f32, tokens.length, scores),
    integers(
      'tokenizer.ggml.token_type',
      tokens.map((_, id) => (id === tokens.length - 1 ? 3 : id < bytes.length ? 6 : 1)),
    ),
    number('tokenizer.ggml.bos_token_id', tokens.length - 1),
  ];
}

const alphabet = [...'abcdefghijklmnopqrstuvwxyz'];

/**
 * The characters that stand for the 256 bytes, then ever longer words, each a merge of a shorter one with a letter, and
 * a control token.
 */
function words(count: number): { readonly tokens: string[]; readonly merges: string[] } {
  const tokens = Array.from({ length: 256 }, (_, byte) => byteCharacter(byte));
  const merges: string[] = [];
  let longest = ['Ġ', ...alphabet];
  while (tokens.length < count - 1) {
    const next: string[] = [];
    for (const word of longest) {
      for (const letter of alphabet) {
        if (tokens.length === count - 1) break;
        tokens.push(word + letter);
        merges.push(`${word} ${letter}`);
        next.push(word + letter);
      }
    }
    longest = next;
  }
  tokens.push('<|begin_of_text|>');
  return { tokens, merges };
}

/** GPT-2's spelling of bytes: printable ones stand for themselves, the others for characters from U+0100 on. */
function byteCharacter(byte: number): string {
  const printable = (code: number) => (code >= 33 && code <= 126) || (code >= 161 && code <= 172) || code >= 174;
  if (printable(byte)) return String.fromCodePoint(byte);
  let place = 0;
  for (let code = 0; code < byte; code++) if (!printable(code)) place++;
  return String.fromCodePoint(256 + place);
}
