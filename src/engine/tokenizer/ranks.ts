import type { Ranks } from '../platform/platform';
import type { BytePairs } from './mergeBytes';
import { utf8Of } from './utf8';

export interface RankedVocabulary {
  readonly pairs: BytePairs;
  bytesOf(id: number): readonly number[];
}

/**
 * In these vocabularies a token's id is also the rank of its merge. The originals first check whether a piece is a
 * token. That changes nothing: merging the bytes of any of the 350,510 tokens gives that token (all were tried).
 */
export function vocabularyOf(ranks: Ranks): RankedVocabulary {
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
