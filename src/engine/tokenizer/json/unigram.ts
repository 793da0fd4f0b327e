import * as v from 'valibot';
import { damaged } from '../../weights/damaged';
import type { EncodingBuilder } from '../encoding';
import { checkLengths } from '../tokenLength';
import { Trie } from '../trie';
import { alignedRange, type Aligned } from './aligned';
import { byteSpellingsOf, isId, mostTokens, type PieceModel } from './pieceModel';

const isScored = (value: unknown): value is [string, number][] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= mostTokens &&
  value.every(
    (entry) => Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string' && Number.isFinite(entry[1]),
  );

export const unigramSchema = v.looseObject({
  type: v.literal('Unigram'),
  vocab: v.custom<[string, number][]>(isScored),
  unk_id: v.custom<number>(isId),
  byte_fallback: v.optional(v.boolean(), false),
});

/** Log-probability that an unknown character lies below the least likely token (tokenizers, `K_UNK_PENALTY`). */
const unknownPenalty = 10;

/**
 * The cut of a piece with the largest sum of scores (Kudo 2018, arXiv:1804.10959), in time of the piece's length times
 * that of the longest token. A character without a token is unknown. A run of unknown characters becomes its bytes or
 * the unknown token.
 */
export function unigramModel({
  vocab,
  unk_id: unknown,
  byte_fallback: byteFallback,
}: v.InferOutput<typeof unigramSchema>): PieceModel {
  if (!(unknown in vocab))
    throw damaged`The model's tokenizer.json has the unknown token ${unknown} of ${vocab.length}`;
  const ids = new Map(vocab.map(([spelling], id) => [spelling, id]));
  checkLengths(ids.keys());
  const trie = new Trie(ids);
  const scores = Float64Array.from(vocab, ([, score]) => score);
  const unknownScore = scores.reduce((least, score) => Math.min(least, score), Infinity) - unknownPenalty;
  const idsOf = (part: string): readonly number[] => {
    const known = ids.get(part);
    if (known !== undefined) return [known];
    const bytes = byteFallback ? byteSpellingsOf(part).map((byte) => ids.get(byte)) : [undefined];
    return bytes.every((id) => id !== undefined) ? bytes : [unknown];
  };

  /**
   * For each offset the last token of the likeliest cut up to it, and where that token begins. Of equal cuts the one
   * that begins earlier wins.
   */
  function ways(text: string): { readonly begins: Int32Array; readonly tokens: Int32Array } {
    const best = new Float64Array(text.length + 1);
    const begins = new Int32Array(text.length + 1).fill(-1);
    const tokens = new Int32Array(text.length + 1);
    const consider = (from: number, to: number, token: number, score: number): void => {
      const sum = (best[from] as number) + score;
      if ((begins[to] as number) >= 0 && !(sum > (best[to] as number))) return;
      best[to] = sum;
      begins[to] = from;
      tokens[to] = token;
    };
    for (let from = 0; from < text.length;) {
      const after = from + ((text.codePointAt(from) as number) > 0xffff ? 2 : 1);
      let hasSingle = false;
      for (let at = from, node = 0; at < text.length;) {
        node = trie.next(node, text.charCodeAt(at++));
        if (node < 0) break;
        const token = trie.valueAt(node);
        if (token < 0 || isInside(text, at)) continue;
        consider(from, at, token, scores[token] as number);
        hasSingle ||= at === after;
      }
      if (!hasSingle) consider(from, after, unknown, unknownScore);
      from = after;
    }
    return { begins, tokens };
  }

  return {
    kind: 'Unigram',
    byteFallback,
    ids,
    encodeInto(encoding: EncodingBuilder, piece: Aligned) {
      const { text } = piece;
      const { begins, tokens } = ways(text);
      const parts: { from: number; readonly to: number; readonly unknown: boolean }[] = [];
      for (let to = text.length; to > 0; to = begins[to] as number) {
        const part = { from: begins[to] as number, to, unknown: tokens[to] === unknown };
        const after = parts.at(-1);
        if (after?.unknown && part.unknown) after.from = part.from;
        else parts.push(part);
      }
      for (const { from, to } of parts.reverse()) {
        const { start, end } = alignedRange(piece, from, to);
        for (const id of idsOf(text.slice(from, to))) encoding.push(id, start, end);
      }
    },
  };
}

/** Whether a place lies between the two units of a character. */
const isInside = (text: string, at: number): boolean => (text.codePointAt(at - 1) as number) > 0xffff;
