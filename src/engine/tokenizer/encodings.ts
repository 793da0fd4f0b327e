import { platform } from '#platform';
import {
  CL100K_TOKEN_SPLIT_REGEX,
  O200K_TOKEN_SPLIT_REGEX,
  R50K_TOKEN_SPLIT_REGEX,
} from 'gpt-tokenizer/encodingParams/constants';
import type { Encoded, EncodingName } from '../../shared/engine';
import type { Ranks } from '../platform/platform';
import { EncodingBuilder, type Encoding } from './encoding';
import type { BytePairs } from './mergeNeighbours';
import { PieceEncoder } from './pieces';
import { inUnicode } from './preTokenizers';
import { wellFormed, utf8Of } from './utf8';

/**
 * The patterns and vocabularies are gpt-tokenizer's, each vocabulary in a file of its own that is read on first use.
 * The merging is ours: gpt-tokenizer's takes quadratic time, 7 s for 42,000 Japanese characters without a space.
 */
const patterns: Readonly<Record<EncodingName, RegExp>> = {
  o200k_base: O200K_TOKEN_SPLIT_REGEX,
  cl100k_base: CL100K_TOKEN_SPLIT_REGEX,
  r50k_base: R50K_TOKEN_SPLIT_REGEX,
};

interface LoadedEncoding {
  readonly encoder: PieceEncoder;
  readonly size: number;
  bytesOf(id: number): readonly number[];
}

const loaded = new Map<EncodingName, Promise<LoadedEncoding>>();

/**
 * Tokenises a text with one of OpenAI's encodings. Special tokens are plain text, and a lone surrogate becomes U+FFFD.
 */
export async function encodeWith(encoding: EncodingName, text: string): Promise<Encoded> {
  const { encode, bytesOf } = await encodingNamed(encoding);
  const { ids, starts, ends } = encode(text);
  const tokens = Array.from(ids, (id, i) => ({
    id,
    bytes: bytesOf(id),
    start: starts[i] as number,
    end: ends[i] as number,
  }));
  return { encoding, count: tokens.length, tokens };
}

/** The same by parts: special tokens are plain text. */
export async function encodingNamed(name: EncodingName): Promise<Omit<LoadedEncoding, 'encoder'> & Encodes> {
  const { encoder, ...vocabulary } = await load(name);
  return {
    ...vocabulary,
    encode(text) {
      const builder = new EncodingBuilder();
      encoder.encodeInto(builder, wellFormed(text), 0);
      return builder.build();
    },
  };
}

interface Encodes {
  encode(text: string): Encoding;
}

/** A failed load is forgotten, so it can be tried again. */
function load(name: EncodingName): Promise<LoadedEncoding> {
  const known = loaded.get(name);
  if (known) return known;
  const loading = platform.ranks(name).then((ranks) => {
    const { pairs, bytesOf } = rankedVocabulary(ranks);
    return { encoder: new PieceEncoder(pairs, [inUnicode(patterns[name])]), size: ranks.length, bytesOf };
  });
  loaded.set(name, loading);
  loading.catch(() => loaded.delete(name));
  return loading;
}

interface RankedVocabulary {
  readonly pairs: BytePairs;
  bytesOf(id: number): readonly number[];
}

/**
 * In these vocabularies a token's id is also the rank of its merge. The originals first check whether a piece is a
 * token. That changes nothing: merging the bytes of any of the 350,510 tokens gives that token (all were tried).
 */
export function rankedVocabulary(ranks: Ranks): RankedVocabulary {
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

/** A token's bytes as a string, one unit for each byte. */
export function binaryOf(token: string | readonly number[]): string {
  if (typeof token !== 'string') return String.fromCharCode(...token);
  return /^[\0-\x7f]*$/.test(token) ? token : String.fromCharCode(...utf8Of(token));
}
