import { layoutOf } from '../unit/support/ggufLayout';
import { integers, number, text, texts, valueTypes, writeGguf, type GgufTensor } from '../unit/support/ggufWriter';
import { randomOf, type Random, type Sound } from '../unit/support/mutations';

/** Types by their number in GGUF: numbers and bytes of a block, and where its half-precision scales lie. */
export const quantisedTypes: Readonly<Record<number, { readonly length: number; readonly bytes: number; readonly scales: readonly number[] }>> = {
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

const width = 256;
const layers = 2;
const f32 = 0;

/** Random blocks with scales of about 1e-3, of either sign. */
function blocksOf(random: Random, type: number, numbers: number): Uint8Array {
  const { length, bytes, scales } = quantisedTypes[type] as (typeof quantisedTypes)[number];
  const data = Uint8Array.from({ length: (numbers / length) * bytes }, () => random(256));
  const view = new DataView(data.buffer);
  for (let at = 0; at < data.length; at += bytes) for (const scale of scales) view.setUint16(at + scale, (random(2) << 15) | (0x1000 + random(0x400)), true);
  return data;
}

/** A llama of random weights, each matrix of another type: what no fixture of a family has. */
export function quantisedFile(): Sound {
  const random = randomOf(1, 0);
  const tokens = [...'Theacpitlofrns.Pw', 'Ġ', '<s>'].filter((token, i, all) => all.indexOf(token) === i);
  const types = Object.keys(quantisedTypes).map(Number);
  const gain = (name: string): GgufTensor => ({ name: `${name}.weight`, dimensions: [width], type: f32, data: new Uint8Array(new Float32Array(width).fill(1).buffer) });
  const matrix = (name: string, type: number, rows = width): GgufTensor => ({ name: `${name}.weight`, dimensions: [width, rows], type, data: blocksOf(random, type, width * rows) });
  const parts = ['attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_gate', 'ffn_up', 'ffn_down'];
  const tensors = [
    matrix('token_embd', 8, tokens.length),
    gain('output_norm'),
    ...Array.from({ length: layers }, (_, layer) => [gain(`blk.${layer}.attn_norm`), gain(`blk.${layer}.ffn_norm`), ...parts.map((part, i) => matrix(`blk.${layer}.${part}`, types[(layer * parts.length + i) % types.length] as number))]).flat(),
  ];
  const bytes = writeGguf({
    keys: [
      text('general.architecture', 'llama'),
      ...Object.entries({ block_count: layers, embedding_length: width, 'attention.head_count': 4, 'attention.head_count_kv': 4, feed_forward_length: width, context_length: 64 }).map(([key, value]) => number(`llama.${key}`, value)),
      { key: 'llama.attention.layer_norm_rms_epsilon', type: valueTypes.f32, value: new Uint8Array(Float32Array.of(1e-5).buffer) },
      ...[text('tokenizer.ggml.model', 'gpt2'), text('tokenizer.ggml.pre', 'gpt-2'), texts('tokenizer.ggml.merges', []), texts('tokenizer.ggml.tokens', tokens), integers('tokenizer.ggml.token_type', tokens.map((_, id) => (id === tokens.length - 1 ? 3 : 1)))],
    ],
    tensors,
  });
  return { name: 'llama of all types', bytes, layout: layoutOf(bytes), size: bytes.length };
}
