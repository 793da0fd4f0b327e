import { array, boolean, integers, number, text, texts, valueTypes } from './ggufWriter';
import { writeTinyModel } from './tinyModel';

const kinds = { normal: 1, control: 3, byte: 6 };
/** The text `!` becomes the first token and never the one of its byte. */
export const tokens = [...'!abcdefghiklmnoprst', '▁', '<0x21>', '<s>'];
const kindOf = (token: string) => (token === '<0x21>' ? kinds.byte : token === '<s>' ? kinds.control : kinds.normal);
const tokenizer = [
  text('tokenizer.ggml.model', 'llama'),
  texts('tokenizer.ggml.tokens', tokens),
  integers('tokenizer.ggml.token_type', tokens.map(kindOf)),
  array(
    'tokenizer.ggml.scores',
    valueTypes.f32,
    tokens.length,
    new Uint8Array(Float32Array.from(tokens, (_, id) => -id).buffer),
  ),
  number('tokenizer.ggml.bos_token_id', tokens.length - 1),
  boolean('tokenizer.ggml.add_space_prefix', false),
];

/** A size within 0.4 % of 1.031, as all rows of Gemma 3 have. */
function resize(row: Float32Array, id: number): void {
  const factor = (1.031 * (1 + 0.001 * (id % 5))) / Math.hypot(...row);
  row.forEach((one, at) => (row[at] = one * factor));
}

/** Writes a small model whose tokens are all almost equally large. Whoever asks deletes the folder. */
export const writeEqualSizes = (): ReturnType<typeof writeTinyModel> =>
  writeTinyModel({
    tokens,
    less: ['tokenizer.ggml.tokens'],
    tokenizer,
    change: (row) => tokens.forEach((_, id) => resize(row(id), id)),
  });
