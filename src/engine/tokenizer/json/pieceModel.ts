import type { EncodingBuilder } from '../encoding';
import { byteSpellings } from '../sentencePiece';
import { utf8Of } from '../utf8';
import type { Aligned } from './aligned';

/** Twice the largest vocabularies. */
export const mostTokens = 2 ** 20;

export const isId = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < mostTokens;

/** The part of a tokenizer that turns pieces into tokens. */
export interface PieceModel {
  readonly kind: 'BPE' | 'Unigram';
  readonly byteFallback: boolean;
  readonly ids: ReadonlyMap<string, number>;
  /** The token of what no other spells, if any. */
  readonly unknown: number | undefined;
  /** Appends the tokens of a piece with their ranges in the original. */
  encodeInto(encoding: EncodingBuilder, piece: Aligned): void;
}

/** The spellings of a text's byte tokens. */
export const byteSpellingsOf = (text: string): string[] =>
  Array.from(utf8Of(text), (byte) => byteSpellings[byte] as string);
