import { EngineError } from '../../shared/errors';
import { unreadField, wrongField } from '../weights/damaged';
import { stringOf, stringsOf, type Weights } from '../weights/weights';
import { ByteLevelTokenizer } from './byteLevel';
import { gpt2Vocabulary } from './gpt2';
import { SentencePieceTokenizer, type RankedMerging } from './sentencePiece';
import type { Tokenizer } from './tokenizer';
import { TokenNames } from './tokenNames';

const gemma4: RankedMerging = { addsFirst: 'always', wholeLineEnds: true };

/** Pre-tokenizers with vocabularies of characters, not bytes. */
const overCharacters: ReadonlyMap<unknown, RankedMerging> = new Map([
  ['gemma4', gemma4],
  ['granite-embed-multi-311m', gemma4],
  ['sarvam-moe', { addsFirst: false, wholeLineEnds: false }],
]);

const preOf = ({ metadata }: Weights): unknown => metadata.get('tokenizer.ggml.pre');

/** Kinds by `tokenizer.ggml.model`. A new kind is a file and an entry here. */
const kinds: ReadonlyMap<string, (weights: Weights) => Tokenizer> = new Map<string, (weights: Weights) => Tokenizer>([
  [
    'gpt2',
    (weights) =>
      overCharacters.has(preOf(weights))
        ? new SentencePieceTokenizer(weights, overCharacters.get(preOf(weights)))
        : new ByteLevelTokenizer(weights),
  ],
  ['llama', (weights) => new SentencePieceTokenizer(weights)],
  ['gemma4', (weights) => new SentencePieceTokenizer(weights, gemma4)],
]);

/** The tokenizer of a model file. Throws `EngineError('model-unsupported')` for an unknown kind. */
export const readTokenizer = (weights: Weights): Tokenizer => tokenizerKind(weights)(weights);

/** The same, but GPT-2's vocabulary comes from gpt-tokenizer. */
export async function loadTokenizer(weights: Weights): Promise<Tokenizer> {
  const known = await gpt2Vocabulary(weights);
  return known ? new ByteLevelTokenizer(weights, known) : readTokenizer(weights);
}

/**
 * The tokenizer of a model file, or the names of its tokens if the kind is unknown. Throws if the file lists no tokens.
 */
export async function loadTokenizerOrNames(weights: Weights): Promise<Tokenizer> {
  const kind = weights.metadata.get('tokenizer.ggml.model');
  if (typeof kind !== 'string' || !kinds.has(kind))
    return new TokenNames(weights, typeof kind === 'string' ? kind.slice(0, 40) : '?');
  try {
    return await loadTokenizer(weights);
  } catch (error) {
    if (error instanceof EngineError && error.code === 'model-unsupported') return new TokenNames(weights, kind);
    throw error;
  }
}

/** Throws unless the model file names exactly `rows` tokens. */
export function checkNames(weights: Weights, rows: number): void {
  const key = 'tokenizer.ggml.tokens';
  const count = weights.metadata.has(key) ? stringsOf(weights, key).length : 0;
  if (count === 0) throw unreadField(`${key} (len)`, count, rows);
  if (count !== rows) throw wrongField(`${key} (len)`, count, rows);
}

const kindOf = (weights: Weights): string => stringOf(weights, 'tokenizer.ggml.model').slice(0, 40);

/** The constructor of a file's tokenizer. Throws as `readTokenizer` does, without reading the tokens. */
export function tokenizerKind(weights: Weights): (weights: Weights) => Tokenizer {
  const kind = kindOf(weights);
  const make = kinds.get(kind);
  if (!make) {
    throw unreadField('tokenizer.ggml.model', kind, [...kinds.keys()].join(', '));
  }
  return make;
}
