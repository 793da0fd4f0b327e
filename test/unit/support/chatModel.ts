import { byteCharacters } from '../../../src/engine/tokenizer/byteAlphabet';
import { boolean, integers, number, text, texts, type GgufKey } from './ggufWriter';
import { writeTinyModel } from './tinyModel';

/** A vocabulary of all bytes, and control tokens after them. */
const controls = ['<s>', '</s>', '<|im_start|>', '<|im_end|>'];
const tokens = [...byteCharacters, ...controls];
export const controlId = (spelling: string): number => byteCharacters.length + controls.indexOf(spelling);

/** Writes a tiny model with chat templates by their keys: `''` for the usual one, `.NAME` for others. */
export const writeChatModel = (
  templates: Readonly<Record<string, string>>,
  { addsFirst = false, keys = [] }: { readonly addsFirst?: boolean; readonly keys?: readonly GgufKey[] } = {},
) =>
  writeTinyModel({
    rows: tokens.length,
    less: ['tokenizer.ggml.tokens'],
    tokenizer: [
      text('tokenizer.ggml.model', 'gpt2'),
      text('tokenizer.ggml.pre', 'gpt-2'),
      texts('tokenizer.ggml.merges', []),
      texts('tokenizer.ggml.tokens', tokens),
      integers(
        'tokenizer.ggml.token_type',
        tokens.map((_, id) => (id < byteCharacters.length ? 1 : 3)),
      ),
      number('tokenizer.ggml.bos_token_id', controlId('<s>')),
      number('tokenizer.ggml.eos_token_id', controlId('</s>')),
      boolean('tokenizer.ggml.add_bos_token', addsFirst),
      ...Object.entries(templates).map(([name, source]) => text(`tokenizer.chat_template${name}`, source)),
      ...keys,
    ],
  });
