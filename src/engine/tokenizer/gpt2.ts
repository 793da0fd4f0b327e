import { platform } from '#platform';
import { said, type Said } from '../../shared/said';
import type { Ranks } from '../platform/platform';
import { stringsOf, type Weights } from '../weights/weights';
import { byteCharacters } from './byteAlphabet';
import { binaryOf, rankedVocabulary } from './encodings';
import type { BytePairs } from './mergeNeighbours';
import { preTokenizer } from './preTokenizers';

/** A vocabulary that was recognised by its content. */
export interface KnownVocabulary {
  readonly pairs: BytePairs;
  readonly description: Said;
}

const merges = 50_000;
const tokens = 256 + merges;

/**
 * gpt-tokenizer's GPT-2 vocabulary (r50k_base), if the file has the same tokens and merges under the same ids. Further
 * tokens without merges may follow. gpt-tokenizer's file is read only if the model's begins and ends like it.
 */
export async function gpt2Vocabulary(weights: Weights): Promise<KnownVocabulary | undefined> {
  if (!isAlike(weights)) return undefined;
  const ranks = await platform.ranks('r50k_base');
  return isSame(weights, ranks)
    ? { pairs: rankedVocabulary(ranks).pairs, description: said`byte-level BPE with GPT-2's vocabulary (r50k_base)` }
    : undefined;
}

function isAlike({ metadata }: Weights): boolean {
  const [kind, pre, listed, merged] = ['model', 'pre', 'tokens', 'merges'].map((key) =>
    metadata.get(`tokenizer.ggml.${key}`),
  );
  if (kind !== 'gpt2' || typeof pre !== 'string' || preTokenizer(pre)?.cuts !== preTokenizer('gpt-2')?.cuts)
    return false;
  return (
    Array.isArray(listed) &&
    Array.isArray(merged) &&
    merged.length === merges &&
    listed.length >= tokens &&
    listed[0] === '!' &&
    listed[tokens - 1] === 'Ġgazed'
  );
}

function isSame(weights: Weights, ranks: Ranks): boolean {
  const listed = stringsOf(weights, 'tokenizer.ggml.tokens');
  const merged = stringsOf(weights, 'tokenizer.ggml.merges');
  const types = weights.metadata.get('tokenizer.ggml.token_type');
  const areNormal =
    types === undefined ||
    ((types instanceof Int32Array || types instanceof Uint32Array) &&
      types.subarray(0, tokens).every((type) => type === 1));
  return (
    areNormal &&
    ranks.length === tokens &&
    ranks.every((token, id) => spelled(token) === listed[id]) &&
    merged.every((merge, rank) => merge.replace(' ', '') === listed[256 + rank])
  );
}

const spelled = (token: string | readonly number[]): string =>
  binaryOf(token).replace(/[^!-~]/g, (unit) => byteCharacters[unit.charCodeAt(0)] as string);
