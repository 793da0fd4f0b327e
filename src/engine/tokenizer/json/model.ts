import { BPE, Unigram } from '@huggingface/tokenizers';
import * as v from 'valibot';
import { EngineError } from '../../../shared/errors';
import { damaged } from '../../weights/cursor';
import { isObject } from '../../weights/strictJson';
import type { EncodingBuilder } from '../encoding';
import { byteSpellings } from '../sentencePiece';
import { utf8Of } from '../utf8';
import { rangeOf, type Aligned } from './aligned';
import { unknownStep } from './normaliser';

/** Twice the largest vocabularies, and their merges. */
const mostTokens = 2 ** 20;
const mostMerges = 2 ** 21;

const isId = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < mostTokens;
const isVocabulary = (value: unknown): value is Record<string, number> => isObject(value) && Object.values(value).every(isId);
const isMerge = (value: unknown): boolean => (typeof value === 'string' ? value.split(' ').length === 2 : Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string'));
const isMerges = (value: unknown): value is string[] | [string, string][] => Array.isArray(value) && value.length <= mostMerges && value.every((merge) => typeof merge === typeof value[0] && isMerge(merge));
const isScored = (value: unknown): value is [string, number][] => Array.isArray(value) && value.length > 0 && value.length <= mostTokens && value.every((entry) => Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string' && Number.isFinite(entry[1]));
const absent = v.nullish(v.literal(''));

const bpe = v.looseObject({
  type: v.optional(v.literal('BPE'), 'BPE'),
  vocab: v.custom<Record<string, number>>(isVocabulary),
  merges: v.custom<string[] | [string, string][]>(isMerges),
  unk_token: v.nullish(v.string()),
  fuse_unk: v.optional(v.boolean(), false),
  byte_fallback: v.optional(v.boolean(), false),
  ignore_merges: v.optional(v.boolean(), false),
  // A draw at every text would give other tokens each time.
  dropout: v.nullish(v.literal(0)),
  continuing_subword_prefix: absent,
  end_of_word_suffix: absent,
});
const unigram = v.looseObject({ type: v.literal('Unigram'), vocab: v.custom<[string, number][]>(isScored), unk_id: v.custom<number>(isId), byte_fallback: v.optional(v.boolean(), false) });

/** The part of a tokenizer that makes tokens of a piece. */
export interface PieceModel {
  readonly kind: 'BPE' | 'Unigram';
  readonly byteFallback: boolean;
  readonly ids: ReadonlyMap<string, number>;
  /** Adds the tokens of a piece with their ranges in the original. */
  encodeInto(encoding: EncodingBuilder, piece: Aligned): void;
}

/** The model that a `tokenizer.json` describes. Throws `EngineError('model-unsupported')` with the name of one that is not known. */
export function pieceModelOf(described: unknown): PieceModel {
  const kind = typeof described === 'object' && described !== null && 'type' in described ? described.type : 'BPE';
  if (kind === 'BPE') return bpeModel(checked(bpe, described));
  if (kind === 'Unigram') return unigramModel(checked(unigram, described));
  throw unknownStep('makes tokens', described);
}

function checked<T>(schema: v.GenericSchema<unknown, T>, described: unknown): T {
  const parsed = v.safeParse(schema, described);
  if (parsed.success) return parsed.output;
  throw new EngineError('model-unsupported', `The key model.${v.getDotPath(parsed.issues[0])?.slice(0, 80) ?? ''} of the model's tokenizer.json is none that Vectorscope can use. Choose another model.`);
}

const characterAt = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at) as number);
const bytesOf = (text: string): string[] => Array.from(utf8Of(text), (byte) => byteSpellings[byte] as string);
const noPlace = () => new EngineError('internal', 'The tokens of the text do not spell it, so their places in it cannot be told. Choose another text.');

/** Spells the unknown token for the library: a lone surrogate, which no text has that comes here. The library takes the token's own spelling for something unknown. */
const neverSpelled = '\uD800';

/** The library gives parts of the text. A row of parts that are no token, or spell the unknown one, stands for its bytes or for the unknown token. */
function unigramModel({ vocab, unk_id: unknown, byte_fallback: byteFallback }: v.InferOutput<typeof unigram>): PieceModel {
  const own = vocab[unknown];
  if (!own) throw damaged(`The model's tokenizer.json has the unknown token ${unknown} of ${vocab.length}`);
  const ids = new Map(vocab.map(([spelling], id) => [spelling, id]));
  const given = [...vocab.map(([spelling, score], id): [string, number] => [id === unknown ? neverSpelled : spelling, score]), own];
  const model = new Unigram({ type: 'Unigram', vocab: given, unk_id: unknown }, '');
  const isUnknown = (part: string) => (ids.get(part) ?? unknown) === unknown;
  const idsOf = (part: string): readonly number[] => {
    const known = ids.get(part);
    if (known !== undefined) return [known];
    const bytes = byteFallback ? bytesOf(part).map((byte) => ids.get(byte)) : [undefined];
    return bytes.every((id) => id !== undefined) ? bytes : [unknown];
  };
  return {
    kind: 'Unigram',
    byteFallback,
    ids,
    encodeInto(encoding, piece) {
      const parts: string[] = [];
      for (const part of model._call([piece.text])) {
        const before = parts.at(-1);
        if (before !== undefined && isUnknown(before) && isUnknown(part)) parts[parts.length - 1] = before + part;
        else parts.push(part);
      }
      let at = 0;
      for (const part of parts) {
        if (!piece.text.startsWith(part, at)) throw noPlace();
        const { start, end } = rangeOf(piece, at, at + part.length);
        for (const id of idsOf(part)) encoding.push(id, start, end);
        at += part.length;
      }
      if (at < piece.text.length) throw noPlace();
    },
  };
}

function checkMerges(merges: readonly string[] | readonly [string, string][], ids: ReadonlyMap<string, number>): void {
  for (const merge of merges) {
    const [left, right] = typeof merge === 'string' ? (merge.split(' ') as [string, string]) : merge;
    if (!ids.has(left) || !ids.has(right) || !ids.has(left + right)) throw damaged('A merge of the model\'s tokenizer.json makes no token of two tokens');
  }
}

/**
 * The library gives spellings of tokens. A character without a token has become those of its bytes, or the unknown token (with `fuse_unk` one
 * for all of a row), or nothing. Together they spell the piece, or nothing is given.
 */
function bpeModel(described: v.InferOutput<typeof bpe>): PieceModel {
  const { unk_token: unknownSpelling, fuse_unk: fuses, byte_fallback: byteFallback } = described;
  const model = new BPE({ ...described, dropout: null, type: 'BPE', continuing_subword_suffix: null, end_of_word_suffix: null, unk_token: unknownSpelling ?? null });
  const ids = new Map(Object.entries(described.vocab));
  checkMerges(described.merges, ids);
  const unknown = unknownSpelling === null || unknownSpelling === undefined ? undefined : ids.get(unknownSpelling);
  const hasBytes = (character: string) => byteFallback && bytesOf(character).every((byte) => ids.has(byte));
  const isUnknown = (character: string) => !ids.has(character) && !hasBytes(character);

  return {
    kind: 'BPE',
    byteFallback,
    ids,
    encodeInto(encoding, piece) {
      const { text } = piece;
      const spellings = model._call([text]);
      const push = (id: number, from: number, to: number) => {
        const { start, end } = rangeOf(piece, from, to);
        encoding.push(id, start, end);
      };
      let next = 0;
      for (let at = 0; at < text.length; ) {
        const spelling = spellings[next];
        const character = characterAt(text, at);
        let end = at + character.length;
        if (spelling !== undefined && ids.has(spelling) && text.startsWith(spelling, at)) {
          end = at + spelling.length;
          push(ids.get(spelling) as number, at, end);
          next++;
        } else if (!ids.has(character) && hasBytes(character)) {
          for (const byte of bytesOf(character)) {
            if (spellings[next++] !== byte) throw noPlace();
            push(ids.get(byte) as number, at, end);
          }
        } else if (isUnknown(character)) {
          while (fuses && end < text.length && isUnknown(characterAt(text, end))) end += characterAt(text, end).length;
          if (unknown !== undefined) {
            if (spelling !== unknownSpelling) throw noPlace();
            push(unknown, at, end);
            next++;
          }
        } else throw noPlace();
        at = end;
      }
      if (next < spellings.length) throw noPlace();
    },
  };
}
