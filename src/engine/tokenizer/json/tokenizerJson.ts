import * as v from 'valibot';
import { said, saidPlural, type Said } from '../../../shared/said';
import { sameBytes } from '../../arrays/bytes';
import { wrongField, wrongIssue } from '../../weights/damaged';
import { bytesOfSpelling } from '../byteAlphabet';
import { EncodingBuilder, type Encoding } from '../encoding';
import { byteSpellings, hasCharacter } from '../sentencePiece';
import { noToken, occursInContext, type Tokenizer } from '../tokenizer';
import { checkUnits, Trie } from '../trie';
import { neverInUtf8, textOfUtf8, utf8Of, wellFormed } from '../utf8';
import { alignedRange, WorkLimit, unchanged, type Aligned, slice } from './aligned';
import { firstKnown, type TokenizerConfig } from './first';
import { pieceModelOf } from './model';
import { normaliserOf, type Normaliser } from './normaliser';
import type { PieceModel } from './pieceModel';
import { preTokenizerOf, type JsonPreTokenizer } from './preTokenizer';
import { spaceEnd, spaceStart } from './whiteSpace';

/** A token that is recognised before any other step. */
const addedTokenSchema = v.looseObject({
  id: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 20)),
  content: v.pipe(v.string(), v.minLength(1), v.maxLength(1024)),
  single_word: v.optional(v.boolean(), false),
  lstrip: v.optional(v.boolean(), false),
  rstrip: v.optional(v.boolean(), false),
  normalized: v.optional(v.boolean()),
  special: v.optional(v.boolean(), false),
});

export type AddedToken = v.InferOutput<typeof addedTokenSchema>;

/** A part of a text: an added token, or the text between two. */
interface Section {
  readonly token: AddedToken | null;
  readonly text: Aligned;
}

/**
 * Finds added tokens: the leftmost first, the longest of those at one offset (tokenizers, `find_matches`). A token that
 * strips takes the white space beside it. As in the original, a token of white space that was stripped is found once
 * more. The time grows with the length of the text times that of the longest token, not with the number of tokens.
 */
export class AddedTokens {
  readonly #tokens: readonly AddedToken[];
  readonly #trie: Trie;

  /** Of equal spellings the last token wins. */
  constructor(spelled: readonly (readonly [spelling: string, token: AddedToken])[]) {
    this.#tokens = spelled.map(([, token]) => token);
    this.#trie = new Trie(new Map(spelled.map(([spelling], index) => [spelling, index])));
  }

  /** With `plain`, special tokens in the text are plain text. */
  cut(text: Aligned, plain: boolean): Section[] {
    const sections: Section[] = [];
    let done = 0;
    for (let at = 0; this.#tokens.length > 0 && at < text.text.length;) {
      const found = this.#trie.longest(text.text, at);
      const from = at;
      at = found?.end ?? at + 1;
      if (!found) continue;
      const token = this.#tokens[found.value] as AddedToken;
      if ((plain && token.special) || (token.single_word && !standsAlone(text.text, from, found.end))) continue;
      const first = token.lstrip ? spaceStart(text.text, from, Math.min(done, from)) : from;
      const end = token.rstrip ? spaceEnd(text.text, found.end) : found.end;
      if (first > done) sections.push({ token: null, text: slice(text, done, first) });
      sections.push({ token, text: slice(text, first, end) });
      done = end;
    }
    if (done < text.text.length) sections.push({ token: null, text: slice(text, done, text.text.length) });
    return sections;
  }
}

const wordAtEnd = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
const wordAtStart = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
/** Two units hold the whole character on each side. */
const standsAlone = (text: string, from: number, to: number): boolean =>
  !wordAtEnd.test(text.slice(Math.max(0, from - 2), from)) && !wordAtStart.test(text.slice(to, to + 2));

const schema = v.looseObject({
  added_tokens: v.optional(v.pipe(v.array(addedTokenSchema), v.maxLength(2 ** 18)), []),
  normalizer: v.unknown(),
  pre_tokenizer: v.unknown(),
  post_processor: v.unknown(),
  model: v.unknown(),
});

const usualMark = '\u2581';

/**
 * The tokenizer of a `tokenizer.json`: it finds added tokens, normalises the text between, cuts it into pieces and
 * encodes them. Every step keeps the offsets in the original text. Tokens that a post-processor adds after the text are
 * omitted, because the text continues.
 */
export class TokenizerJson implements Tokenizer {
  readonly description: Said;
  readonly notices: readonly Said[];
  readonly first: number | undefined;
  readonly size: number;
  readonly #normalise: Normaliser;
  readonly #pieces: JsonPreTokenizer;
  readonly #model: PieceModel;
  /** Added tokens to find before and after normalisation. */
  readonly #raw: AddedTokens;
  readonly #normalised: AddedTokens;
  readonly #added: ReadonlyMap<number, AddedToken>;
  readonly #spellings: readonly (string | undefined)[];
  readonly #mark: string;

  /**
   * `rows` is the height of the embedding. Rows beyond the tokens are padding, and tokens beyond the rows cannot be
   * used.
   */
  constructor(json: unknown, config: TokenizerConfig, rows: number | undefined) {
    const parsed = v.safeParse(schema, json);
    if (!parsed.success) throw wrongIssue('tokenizer.json', parsed.issues[0]);
    const { added_tokens: listed, normalizer, pre_tokenizer, post_processor, model } = parsed.output;
    this.#normalise = normaliserOf(normalizer);
    this.#pieces = preTokenizerOf(pre_tokenizer);
    this.#model = pieceModelOf(model);
    const { ids, kind } = this.#model;
    const known = [...ids.values(), ...listed.map(({ id }) => id)].reduce((most, id) => Math.max(most, id), -1) + 1;
    this.size = rows ?? known;
    for (const [spelling, id] of ids)
      if (id >= this.size)
        throw wrongField(`tokenizer.json: model.vocab.${spelling.slice(0, 40)}`, id, `< ${this.size}`);

    const usable = listed.filter(({ id }) => id < this.size);
    const beyond = listed.length - usable.length;
    this.notices =
      beyond === 0
        ? []
        : [
            saidPlural(beyond, {
              one: said`The tokenizer has ${beyond} token for which the model has no row; it is read as plain text.`,
              other: said`The tokenizer has ${beyond} tokens for which the model has no row; they are read as plain text.`,
            }),
          ];
    this.#added = new Map(usable.map((token) => [token.id, token]));
    const isNormalised = ({ normalized, special }: AddedToken) => normalized ?? !special;
    this.#raw = new AddedTokens(usable.filter((token) => !isNormalised(token)).map((token) => [token.content, token]));
    const units = usable.reduce((sum, { content }) => sum + content.length, 0);
    checkUnits(units);
    const limit = new WorkLimit(units);
    this.#normalised = new AddedTokens(
      usable.filter(isNormalised).map((token) => [this.#normalise(unchanged(token.content, limit)).text, token]),
    );

    const spellings = new Array<string | undefined>(this.size).fill(undefined);
    for (const [spelling, id] of ids) spellings[id] = spelling;
    this.#spellings = spellings;
    this.#mark = this.#pieces.spaceMark ?? this.#normalise(unchanged('a a')).text.match(/a(.)a/u)?.[1] ?? usualMark;
    this.description = this.#pieces.byteLevel
      ? said`byte-level BPE`
      : kind === 'BPE'
        ? said`SentencePiece BPE`
        : said`Unigram`;
    this.first = firstKnown(
      post_processor,
      config,
      (content) => usable.find((token) => token.content === content)?.id ?? ids.get(content),
    );
    if (this.first !== undefined && this.first >= this.size)
      throw wrongField('tokenizer.json: post_processor', this.first, `< ${this.size}`);
  }

  bytesOf(id: number): Uint8Array {
    this.#check(id);
    const added = this.#added.get(id);
    const spelling = this.#spellings[id];
    // Added tokens of spaces are spelled in marks, but also match spaces.
    if (added)
      return utf8Of(
        added.special || this.#pieces.byteLevel ? added.content : added.content.replaceAll(this.#mark, ' '),
      );
    if (spelling === undefined) return utf8Of(`[PAD${id}]`);
    if (this.#pieces.byteLevel) return bytesOfSpelling(spelling);
    const byte = this.#byteOf(spelling);
    return byte >= 0 && !hasCharacter(byte, this.#model.ids)
      ? Uint8Array.of(byte)
      : utf8Of(spelling.replaceAll(this.#mark, ' '));
  }

  textOf(id: number): string {
    return textOfUtf8(this.bytesOf(id));
  }

  isSpecial(id: number): boolean {
    this.#check(id);
    return this.#added.get(id)?.special ?? false;
  }

  standsIn(id: number): boolean {
    const spelling = this.#spellings[id];
    if (spelling === undefined) return !this.#added.has(id);
    return id === this.#model.unknown || this.#byteOf(spelling) >= 0;
  }

  canOccur(id: number): boolean {
    const bytes = this.bytesOf(id);
    const added = this.#added.get(id);
    if (added) return id === this.first || this.#holds(added.content, id);
    const spelling = this.#spellings[id];
    if (spelling === undefined) return false;
    if (!this.#pieces.byteLevel) {
      const byte = this.#byteOf(spelling);
      return byte < 0 ? this.#makes(spelling, id) : !neverInUtf8(byte) && !hasCharacter(byte, this.#model.ids);
    }
    const text = textOfUtf8(bytes);
    if (!sameBytes(utf8Of(text), bytes)) return !bytes.some(neverInUtf8) && this.#makes(spelling, id);
    return occursInContext(text, (context) => this.#holds(context, id));
  }

  encode(text: string, { plain }: { readonly plain: boolean }): Encoding {
    const encoding = new EncodingBuilder();
    if (this.first !== undefined) encoding.push(this.first, 0, 0);
    for (const raw of this.#raw.cut(unchanged(wellFormed(text)), plain)) {
      if (raw.token) pushWhole(encoding, raw.token, raw.text);
      else
        for (const { token, text: part } of this.#normalised.cut(this.#normalise(raw.text), plain)) {
          if (token) pushWhole(encoding, token, part);
          else
            for (const piece of part.text === '' ? [] : this.#pieces.cut(part)) {
              encoding.beginPiece();
              this.#model.encodeInto(encoding, piece);
            }
        }
    }
    return encoding.build();
  }

  #holds(text: string, id: number): boolean {
    return this.encode(text, { plain: false }).ids.includes(id);
  }

  /** Whether a piece with this spelling becomes exactly this token. */
  #makes(spelling: string, id: number): boolean {
    const encoding = new EncodingBuilder();
    this.#model.encodeInto(encoding, unchanged(spelling));
    const { ids } = encoding.build();
    return ids.length === 1 && ids[0] === id;
  }

  /** The byte of a byte token's spelling, else −1. */
  #byteOf(spelling: string): number {
    return this.#model.byteFallback ? byteSpellings.indexOf(spelling) : -1;
  }

  #check(id: number): void {
    if (Number.isInteger(id) && id >= 0 && id < this.size) return;
    throw noToken(id, this.size);
  }
}

function pushWhole(encoding: EncodingBuilder, { id }: AddedToken, text: Aligned): void {
  const { start, end } = alignedRange(text, 0, text.text.length);
  encoding.pushFound(id, start, end);
}
