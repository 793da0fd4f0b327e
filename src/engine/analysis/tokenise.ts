import { spelledBy } from '../../shared/appended';
import { defaults, type TokeniseRequest, type Tokenisation } from '../../shared/engine';
import { EngineError, outOfRange, said } from '../../shared/errors';
import type { Token, NamedToken, TextRequest } from '../../shared/tokens';
import type { Model } from '../model/model';
import type { ServedCut } from '../model/remoteModel';
import { EncodingBuilder } from '../tokenizer/encoding';
import { noToken } from '../tokenizer/tokenizer';
import { spansOfTokens } from '../tokenizer/utf8';
import { isWithin } from './limits';

/** A text as the model reads it: ids of context and text, and how many of them are context. */
export interface Tokenised {
  readonly tokenisation: Tokenisation;
  readonly ids: readonly number[];
  /**
   * Positions that get predictions: the context and the first tokens of the text, up to `limit` and to what the model
   * reads.
   */
  readonly length: number;
}

/**
 * Cuts the context and the text together, as the model would meet them, and keeps the last tokens of the context: no
 * more of them than the model reads beside the text. A token across the border belongs to the text. The token that the
 * model wants before every text is never left out: it stands first in the context, or in the text where no context is
 * kept. Throws `EngineError('empty-text')` for a text without a character, and for one whose characters the vocabulary
 * cannot spell.
 */
export function tokenise(model: Model, request: TokeniseRequest): Tokenised {
  const { tokenizer, vocabulary } = model;
  checkRequest(request, vocabulary.length);
  const describe = (id: number) => vocabulary.token(id);
  const own = ownText(request, describe);
  const cut = tokenizer.encode(own.text, { plain: request.plain === true });
  const added = tokenizer.first === undefined ? 0 : 1;
  return arrange(request, own.goesOn({ ...cut, added }), model.contextLength, describe);
}

/** A text as its run and all questions about it read it. */
export interface CutText {
  /** The ids of the positions that are run. */
  readonly inspected: readonly number[];
  /** The id of the token after them; undefined if there is none. */
  readonly next: number | undefined;
  readonly contextCount: number;
}

/** Cuts a text for a run. Throws as `tokenise` does. */
export const cutText = (model: Model, request: TextRequest): CutText => cutOf(tokenise(model, { ...request, most: 0 }));

/** What a run reads of a text. */
export const cutOf = ({ ids, length, tokenisation: { contextCount } }: Tokenised): CutText => ({
  inspected: ids.slice(0, length),
  next: ids[length],
  contextCount,
});

/** Throws as `tokenise` does for a request that the model cannot answer. `size`: of its vocabulary, if known. */
export function checkRequest(
  { text, contextTokens = defaults.contextTokens, limit = defaults.limit, appended }: TokeniseRequest,
  size: number | null,
): void {
  if (text.length === 0)
    throw new EngineError('empty-text', said`There is no text to inspect: select some characters first.`);
  if (!Number.isInteger(limit) || limit < 1) throw outOfRange('limit', limit, 'at least 1');
  if (!Number.isInteger(contextTokens) || contextTokens < 0) throw outOfRange('context', contextTokens, 'at least 0');
  if (!appended) return;
  const { from, ids } = appended;
  if (!isWithin(from, text.length + 1)) throw outOfRange('from', from, `0 to ${text.length}`);
  for (const id of ids)
    if (!isWithin(id, size ?? Infinity)) throw size === null ? outOfRange('id', id, 'at least 0') : noToken(id, size);
}

/** The part of context and text that is cut, and how its cut goes on with the tokens that the request gives. */
export function ownText(
  { context = '', text, appended }: TextRequest,
  describe: (id: number) => NamedToken,
): { readonly text: string; readonly goesOn: (cut: ServedCut) => ServedCut } {
  const tokens = (appended?.ids ?? []).map(describe);
  // A server may not have told the bytes of its tokens yet.
  const isOwn = tokens.some(({ bytes }) => bytes.length === 0) || spelledBy(tokens) === text.slice(appended?.from);
  if (!appended || !isOwn) return { text: context + text, goesOn: (cut) => cut };
  const own = context + text.slice(0, appended.from);
  return {
    text: own,
    goesOn(cut) {
      const whole = new EncodingBuilder();
      whole.append(cut, 0);
      whole.append(
        { ids: Uint32Array.from(appended.ids), ...spansOfTokens(tokens.map(({ bytes }) => bytes)) },
        own.length,
      );
      return { ...whole.build(), added: cut.added };
    },
  };
}

/** Chooses the tokens of the context that are kept, and the positions that are run. `reads`: tokens of one text. */
export function arrange(
  { context = '', contextTokens = defaults.contextTokens, limit = defaults.limit, most = Infinity }: TokeniseRequest,
  { ids, starts, ends, added }: ServedCut,
  reads: number,
  describe: (id: number) => NamedToken,
): Tokenised {
  const border = context.length;
  let firstOfText = added;
  while (firstOfText < ids.length && (ends[firstOfText] as number) <= border && border > 0) firstOfText++;
  if (firstOfText === ids.length)
    throw new EngineError('empty-text', said`The model has no token for any of these characters: select others.`);
  const asked = Math.min(ids.length - firstOfText, limit);
  const kept = Math.min(firstOfText - added, contextTokens, Math.max(0, reads - added - asked));
  const places = Array.from(ids.keys()).filter((place) => place < added || place >= firstOfText - kept);
  const contextCount = kept > 0 ? added + kept : 0;
  const inText = places.length - contextCount;
  // Where no context is kept, the first token stands before the text.
  const offset = (place: number, of: Uint32Array): number =>
    place < added && contextCount === 0 ? 0 : (of[place] as number) - border;
  const tokens = places.slice(0, contextCount + most).map((place, index): Token => ({
    ...describe(ids[place] as number),
    index,
    start: offset(place, starts),
    end: offset(place, ends),
  }));
  const leftOut = Math.max(0, inText - Math.min(limit, reads - contextCount));
  return {
    tokenisation: { tokens, contextCount, total: inText, leftOut },
    ids: places.map((place) => ids[place] as number),
    length: contextCount + inText - leftOut,
  };
}
