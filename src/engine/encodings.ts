import type { Encoded, EncodingName } from '../shared/engine';
import { EncodingBuilder } from './tokenizer/encoding';
import type { BytePairs } from './tokenizer/mergeBytes';
import { PieceEncoder } from './tokenizer/pieces';
import { inUnicode } from './tokenizer/preTokenizers';
import { utf8Of, wellFormed } from './tokenizer/utf8';

/** A vocabulary as gpt-tokenizer has it: a token is a string, or its bytes where they are no UTF-8. */
type Ranks = readonly (string | readonly number[])[];

/**
 * The vocabularies and the patterns are gpt-tokenizer's, each vocabulary a file of its own that is read when it is first asked for.
 * The merging is ours: gpt-tokenizer's own takes quadratic time, 7 s for 42,000 Japanese characters without a space.
 */
const sources: Readonly<Record<EncodingName, () => Promise<{ readonly ranks: Ranks; readonly pattern: RegExp }>>> = {
  o200k_base: async () => ({
    ranks: (await import('gpt-tokenizer/bpeRanks/o200k_base')).default,
    pattern: (await import('gpt-tokenizer/encodingParams/constants')).O200K_TOKEN_SPLIT_REGEX,
  }),
  cl100k_base: async () => ({
    ranks: (await import('gpt-tokenizer/bpeRanks/cl100k_base')).default,
    pattern: (await import('gpt-tokenizer/encodingParams/constants')).CL100K_TOKEN_SPLIT_REGEX,
  }),
  r50k_base: async () => ({
    ranks: (await import('gpt-tokenizer/bpeRanks/r50k_base')).default,
    pattern: (await import('gpt-tokenizer/encodingParams/constants')).R50K_TOKEN_SPLIT_REGEX,
  }),
};

interface LoadedEncoding {
  readonly encoder: PieceEncoder;
  bytesOf(id: number): readonly number[];
}

const loaded = new Map<EncodingName, Promise<LoadedEncoding>>();

/** How one of OpenAI's encodings cuts a text. Special tokens are read as plain text, a lone surrogate as U+FFFD. */
export async function encodeWith(encoding: EncodingName, text: string): Promise<Encoded> {
  const { encoder, bytesOf } = await load(encoding);
  const builder = new EncodingBuilder();
  encoder.encodeInto(builder, wellFormed(text), 0);
  const { ids, starts, ends } = builder.build();
  const tokens = Array.from(ids, (id, i) => ({ id, bytes: bytesOf(id), start: starts[i] as number, end: ends[i] as number }));
  return { encoding, count: tokens.length, tokens };
}

/** A failed load is forgotten, so that it can be tried again. */
function load(name: EncodingName): Promise<LoadedEncoding> {
  const known = loaded.get(name);
  if (known) return known;
  const loading = sources[name]().then(({ ranks, pattern }) => {
    const { pairs, bytesOf } = vocabularyOf(ranks);
    return { encoder: new PieceEncoder(pairs, [inUnicode(pattern)]), bytesOf };
  });
  loaded.set(name, loading);
  loading.catch(() => loaded.delete(name));
  return loading;
}

/**
 * In these vocabularies a token's id is also the rank of the merge that makes it. The originals first look whether a piece is a token
 * as it stands; that changes nothing, since merging the bytes of any of their tokens gives that token (all 350,510 were tried).
 */
function vocabularyOf(ranks: Ranks): { readonly pairs: BytePairs; readonly bytesOf: (id: number) => readonly number[] } {
  const spellings = ranks.map(binaryOf);
  const ids = new Map(spellings.map((spelling, id) => [spelling, id]));
  const bytes: (readonly number[] | undefined)[] = [];
  const idOf = (spelling: string): number => ids.get(spelling) ?? -1;
  return {
    pairs: {
      ofByte: Int32Array.from({ length: 256 }, (_, byte) => idOf(String.fromCharCode(byte))),
      rankOf: (left, right) => idOf((spellings[left] as string) + (spellings[right] as string)),
      mergedOf: (rank) => rank,
    },
    bytesOf: (id) => (bytes[id] ??= Array.from(spellings[id] as string, (unit) => unit.charCodeAt(0))),
  };
}

/** A token's bytes as a string with one unit a byte. */
function binaryOf(token: string | readonly number[]): string {
  if (typeof token !== 'string') return String.fromCharCode(...token);
  return /^[\0-\x7f]*$/.test(token) ? token : String.fromCharCode(...utf8Of(token));
}
