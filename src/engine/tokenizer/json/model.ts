import * as v from 'valibot';
import { unreadField, wrongField } from '../../weights/damaged';
import { isObject } from '../../weights/strictJson';
import type { EncodingBuilder } from '../encoding';
import { mergeNeighbours, type Pairs } from '../mergeNeighbours';
import { MergeTable } from '../mergeTable';
import { checkLengths } from '../tokenLength';
import { Trie } from '../trie';
import { alignedRange, type Aligned } from './aligned';
import { type PieceModel, byteSpellingsOf, isId, mostTokens } from './pieceModel';
import { unknownStep } from './steps';

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

const bpeSchema = v.looseObject({
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
function bpeModel({
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
    unknown,
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
      throw wrongField(`tokenizer.json: model.merges[${rank}]`, `${left} ${right}`.slice(0, 80), 'model.vocab');
    table.add(leftId, rightId, rank);
    results[rank] = result;
  }
  return { rankOf: (left, right) => table.rankOf(left, right), mergedOf: (rank) => results[rank] as number };
}

const isScored = (value: unknown): value is [string, number][] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= mostTokens &&
  value.every(
    (entry) => Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string' && Number.isFinite(entry[1]),
  );

const unigramSchema = v.looseObject({
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
function unigramModel({
  vocab,
  unk_id: unknown,
  byte_fallback: byteFallback,
}: v.InferOutput<typeof unigramSchema>): PieceModel {
  if (!(unknown in vocab)) throw wrongField('tokenizer.json: model.unk_id', unknown, `< ${vocab.length}`);
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
    unknown,
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

/** The model of a `tokenizer.json`. Throws `EngineError('model-unsupported')` with the name of an unknown one. */
export function pieceModelOf(described: unknown): PieceModel {
  const kind = isObject(described) && 'type' in described ? described['type'] : 'BPE';
  if (kind === 'BPE') return bpeModel(checked(bpeSchema, described));
  if (kind === 'Unigram') return unigramModel(checked(unigramSchema, described));
  throw unknownStep('model', described);
}

function checked<T>(schema: v.GenericSchema<unknown, T>, described: unknown): T {
  const parsed = v.safeParse(schema, described);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const field = `tokenizer.json: model.${v.getDotPath(issue)?.slice(0, 80) ?? ''}`;
  throw unreadField(field, issue.received.slice(0, 80), issue.expected ?? '…');
}
