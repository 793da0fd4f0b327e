import * as v from 'valibot';
import { damaged } from '../../weights/damaged';
import { isObject } from '../../weights/strictJson';
import { mergeNeighbours, type Pairs } from '../mergeNeighbours';
import { MergeTable } from '../mergeTable';
import { checkLengths } from '../tokenLength';
import { alignedRange } from './aligned';
import { byteSpellingsOf, isId, mostTokens, type PieceModel } from './pieceModel';

/** Twice the largest count in real tokenizers. */
const mostMerges = 2 ** 21;

const isVocabulary = (value: unknown): value is Record<string, number> =>
  isObject(value) && Object.values(value).every(isId);
const isMerge = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.split(' ').length === 2
    : Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
const isMerges = (value: unknown): value is string[] | [string, string][] =>
  Array.isArray(value) &&
  value.length <= mostMerges &&
  value.every((merge) => typeof merge === typeof value[0] && isMerge(merge));
const absent = v.nullish(v.literal(''));

export const bpeSchema = v.looseObject({
  type: v.optional(v.literal('BPE'), 'BPE'),
  vocab: v.custom<Record<string, number>>(isVocabulary),
  merges: v.custom<string[] | [string, string][]>(isMerges),
  unk_token: v.nullish(v.string()),
  fuse_unk: v.optional(v.boolean(), false),
  byte_fallback: v.optional(v.boolean(), false),
  ignore_merges: v.optional(v.boolean(), false),
  // Random dropout would give other tokens each time.
  dropout: v.nullish(v.literal(0)),
  continuing_subword_prefix: absent,
  end_of_word_suffix: absent,
});

/**
 * Byte-pair encoding of characters. A character without a token becomes its byte tokens, else the unknown token (with
 * `fuse_unk` one for a run of characters), else nothing.
 */
export function bpeModel({
  vocab,
  merges,
  unk_token: unknownSpelling,
  fuse_unk: fuses,
  byte_fallback: byteFallback,
  ignore_merges: takesWhole,
}: v.InferOutput<typeof bpeSchema>): PieceModel {
  const ids: ReadonlyMap<string, number> = new Map(Object.entries(vocab));
  checkLengths(ids.keys());
  const pairs = pairsOf(merges, ids);
  const unknown = typeof unknownSpelling === 'string' ? ids.get(unknownSpelling) : undefined;
  const idsOfBytes = (character: string): readonly number[] | undefined => {
    const found = byteFallback ? byteSpellingsOf(character).map((byte) => ids.get(byte)) : [undefined];
    return found.every((id) => id !== undefined) ? found : undefined;
  };

  return {
    kind: 'BPE',
    byteFallback,
    ids,
    encodeInto(encoding, piece) {
      const push = (id: number, from: number, to: number): void => {
        const { start, end } = alignedRange(piece, from, to);
        encoding.push(id, start, end);
      };
      const whole = takesWhole && piece.text !== '' ? ids.get(piece.text) : undefined;
      if (whole !== undefined) return push(whole, 0, piece.text.length);
      const characters = Array.from(piece.text);
      const {
        ids: symbols,
        froms,
        tos,
      } = mergeNeighbours(
        characters.map((character) => ids.get(character) ?? mostTokens + (character.codePointAt(0) as number)),
        pairs,
      );
      let from = 0;
      let unknownFrom = -1;
      symbols.forEach((symbol, i) => {
        let to = from;
        for (let place = froms[i] as number; place < (tos[i] as number); place++)
          to += (characters[place] as string).length;
        const bytes = symbol < mostTokens ? [symbol] : idsOfBytes(String.fromCodePoint(symbol - mostTokens));
        if (unknownFrom < 0) unknownFrom = from;
        const next = symbols[i + 1];
        const goesOn =
          fuses &&
          !bytes &&
          next !== undefined &&
          next >= mostTokens &&
          !idsOfBytes(String.fromCodePoint(next - mostTokens));
        for (const id of bytes ?? (unknown === undefined || goesOn ? [] : [unknown]))
          push(id, bytes ? from : unknownFrom, to);
        if (!goesOn) unknownFrom = -1;
        from = to;
      });
    },
  };
}

/** As in the original, the last of repeated merges counts. */
function pairsOf(merges: readonly string[] | readonly [string, string][], ids: ReadonlyMap<string, number>): Pairs {
  const table = new MergeTable(merges.length);
  const results = new Int32Array(merges.length);
  for (let rank = merges.length - 1; rank >= 0; rank--) {
    const merge = merges[rank] as string | [string, string];
    const [left, right] = typeof merge === 'string' ? (merge.split(' ') as [string, string]) : merge;
    const [leftId, rightId, result] = [ids.get(left), ids.get(right), ids.get(left + right)];
    if (leftId === undefined || rightId === undefined || result === undefined)
      throw damaged`A merge in the model's tokenizer.json does not join two tokens to a third`;
    table.add(leftId, rightId, rank);
    results[rank] = result;
  }
  return { rankOf: (left, right) => table.rankOf(left, right), mergedOf: (rank) => results[rank] as number };
}
