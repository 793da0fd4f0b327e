import { randomLcg, randomNormal } from 'd3-random';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { integers, number, text, texts, valueTypes, writeGguf, type GgufKey, type GgufTensor } from './ggufWriter';

/** Spellings of the letters of most short texts, and a control token at the end. */
export const letters = [...'Theacapitlofrns', 'Ġ', '<s>'].filter((letter, i, all) => all.indexOf(letter) === i);

export interface TinyModel {
  readonly layers?: number;
  /** The last one is a control token. */
  readonly tokens?: readonly string[];
  /** Rows of the embedding; one for each token where it is not given. */
  readonly rows?: number;
  /** Changes rows of the embedding, which are random, `dimensions` long each. */
  readonly change?: (row: (id: number) => Float32Array) => void;
  /** Rows of an unembedding, made from the embedding's; none where it is not given. */
  readonly output?: (embedding: Float32Array) => Float32Array;
  /** What is added to each logit; nothing where it is not given. */
  readonly outputBias?: Float32Array;
  /** The tokenizer's keys besides its tokens; those of byte-level BPE without merges where they are not given. */
  readonly tokenizer?: readonly GgufKey[];
  /** Called so in the file, whatever it is. */
  readonly family?: string;
  /** Tensors beside the model's own, and names of its own that are left out. */
  readonly more?: readonly GgufTensor[];
  readonly less?: readonly string[];
  /** Makes other random numbers. */
  readonly seed?: number;
}

export const tinyDimensions = 32;
const feedForward = 64;
const heads = 2;

const gpt2 = [
  text('tokenizer.ggml.model', 'gpt2'),
  text('tokenizer.ggml.pre', 'gpt-2'),
  texts('tokenizer.ggml.merges', []),
];

/**
 * Writes a model of the default one's family with random weights to a file of its own. Whoever asks deletes the folder.
 */
export function writeTinyModel({
  layers = 2,
  tokens = letters,
  rows = tokens.length,
  change,
  output,
  outputBias,
  tokenizer = gpt2,
  family = 'llama',
  more = [],
  less = [],
  seed = 1,
}: TinyModel = {}): { readonly path: string; readonly folder: string; readonly matrix: Float32Array } {
  const normal = randomNormal.source(randomLcg(seed / 1000))();
  const matrix = Float32Array.from({ length: rows * tinyDimensions }, () => normal());
  change?.((id) => matrix.subarray(id * tinyDimensions, (id + 1) * tinyDimensions));

  const tensor = (name: string, rows: number, columns: number, values: Float32Array): GgufTensor => ({
    name: `${name}.weight`,
    dimensions: rows === 1 ? [columns] : [columns, rows],
    type: 0,
    data: new Uint8Array(values.buffer),
  });
  const random = (name: string, rows: number, columns: number) =>
    tensor(
      name,
      rows,
      columns,
      Float32Array.from({ length: rows * columns }, () => normal() / Math.sqrt(columns)),
    );
  const gain = (name: string) => tensor(name, 1, tinyDimensions, new Float32Array(tinyDimensions).fill(1));
  const layer = (index: number): GgufTensor[] => {
    const name = (part: string) => `blk.${index}.${part}`;
    return [
      gain(name('attn_norm')),
      ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((part) =>
        random(name(part), tinyDimensions, tinyDimensions),
      ),
      gain(name('ffn_norm')),
      random(name('ffn_gate'), feedForward, tinyDimensions),
      random(name('ffn_up'), feedForward, tinyDimensions),
      random(name('ffn_down'), tinyDimensions, feedForward),
    ];
  };
  const unembedding = output?.(matrix);
  const bytes = writeGguf({
    keys: [
      text('general.architecture', family),
      number('llama.block_count', layers),
      number('llama.embedding_length', tinyDimensions),
      number('llama.attention.head_count', heads),
      number('llama.feed_forward_length', feedForward),
      number('llama.context_length', 64),
      {
        key: 'llama.attention.layer_norm_rms_epsilon',
        type: valueTypes.f32,
        value: new Uint8Array(Float32Array.of(1e-5).buffer),
      },
      ...(tokens.length > 0 && !less.includes('tokenizer.ggml.tokens')
        ? [
            texts('tokenizer.ggml.tokens', tokens),
            integers(
              'tokenizer.ggml.token_type',
              tokens.map((_, id) => (id === tokens.length - 1 ? 3 : 1)),
            ),
          ]
        : []),
      ...tokenizer,
    ],
    tensors: [
      ...more,
      tensor('token_embd', rows, tinyDimensions, matrix),
      ...(unembedding ? [tensor('output', unembedding.length / tinyDimensions, tinyDimensions, unembedding)] : []),
      ...(outputBias
        ? [{ name: 'output.bias', dimensions: [outputBias.length], type: 0, data: new Uint8Array(outputBias.buffer) }]
        : []),
      gain('output_norm'),
      ...Array.from({ length: layers }, (_, index) => layer(index)).flat(),
    ].filter(({ name }, i) => i < more.length || !less.includes(name)),
  });
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-tiny-'));
  const path = join(folder, `tiny-${seed}.gguf`);
  writeFileSync(path, bytes);
  return { path, folder, matrix };
}
