import * as v from 'valibot';
import { said, saidPlural, type Said } from '../../../shared/said';
import { sameBytes } from '../../arrays/bytes';
import { damaged } from '../../weights/damaged';
import { bytesOfSpelling } from '../byteAlphabet';
import { EncodingBuilder, type Encoding } from '../encoding';
import { byteSpellings, hasCharacter } from '../sentencePiece';
import { noToken, occursInContext, type Tokenizer } from '../tokenizer';
import { checkUnits } from '../trie';
import { neverInUtf8, textOfUtf8, utf8Of, wellFormed } from '../utf8';
import { AddedTokens, addedTokenSchema, type AddedToken } from './addedTokens';
import { alignedRange, WorkLimit, unchanged, type Aligned } from './aligned';
import { firstKnown, type TokenizerConfig } from './first';
import { pieceModelOf } from './model';
import { normaliserOf, type Normaliser } from './normaliser';
import type { PieceModel } from './pieceModel';
import { preTokenizerOf, type JsonPreTokenizer } from './preTokenizer';

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
    if (!parsed.success)
      throw damaged`The key ${v.getDotPath(parsed.issues[0])?.slice(0, 80) ?? 'model'} of the model's tokenizer.json has an unexpected value`;
    const { added_tokens: listed, normalizer, pre_tokenizer, post_processor, model } = parsed.output;
    this.#normalise = normaliserOf(normalizer);
    this.#pieces = preTokenizerOf(pre_tokenizer);
    this.#model = pieceModelOf(model);
    const { ids, kind } = this.#model;
    const known = [...ids.values(), ...listed.map(({ id }) => id)].reduce((most, id) => Math.max(most, id), -1) + 1;
    this.size = rows ?? known;
    for (const [spelling, id] of ids)
      if (id >= this.size)
        throw damaged`The model's tokenizer.json gives the token ${spelling.slice(0, 40)} the id ${id}, but the model has ${this.size} rows`;

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
      throw damaged`The model's texts begin with the token ${this.first}, but the model has ${this.size} rows`;
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
            for (const piece of part.text === '' ? [] : this.#pieces.cut(part)) this.#model.encodeInto(encoding, piece);
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
  encoding.push(id, start, end);
}
