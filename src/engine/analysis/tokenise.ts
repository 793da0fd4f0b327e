import { defaults, type TokeniseRequest, type Tokenisation } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import type { Token } from '../../shared/tokens';
import type { Model } from '../model/model';

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
export function tokenise(
  model: Model,
  {
    text,
    context = '',
    contextTokens = defaults.contextTokens,
    plain = false,
    limit = defaults.limit,
    most = Infinity,
  }: TokeniseRequest,
): Tokenised {
  if (text.length === 0)
    throw new EngineError('empty-text', 'There is no text to inspect: select some characters first.');
  if (!Number.isInteger(limit) || limit < 1)
    throw new EngineError('bad-request', `The limit is ${limit} tokens; it must be a whole number of at least 1.`);
  if (!Number.isInteger(contextTokens) || contextTokens < 0)
    throw new EngineError(
      'bad-request',
      `The context is ${contextTokens} tokens; it must be a whole number of at least 0.`,
    );
  const border = context.length;
  const { ids, starts, ends } = model.tokenizer.encode(context + text, { plain });
  const added = model.tokenizer.first === undefined ? 0 : 1;

  let firstOfText = added;
  while (firstOfText < ids.length && (ends[firstOfText] as number) <= border && border > 0) firstOfText++;
  if (firstOfText === ids.length)
    throw new EngineError('empty-text', 'The model has no token for any of these characters: select others.');
  // Only the geometry of a model that cannot be run has no end.
  const reads = model.runner?.hyperparameters.contextLength ?? Infinity;
  const asked = Math.min(ids.length - firstOfText, limit);
  const kept = Math.min(firstOfText - added, contextTokens, Math.max(0, reads - added - asked));
  const places = Array.from(ids.keys()).filter((place) => place < added || place >= firstOfText - kept);
  const contextCount = kept > 0 ? added + kept : 0;
  const inText = places.length - contextCount;
  // Where no context is kept, the first token stands before the text.
  const offset = (place: number, of: Uint32Array): number =>
    place < added && contextCount === 0 ? 0 : (of[place] as number) - border;
  const tokens = places.slice(0, contextCount + most).map((place, index): Token => ({
    ...model.vocabulary.token(ids[place] as number),
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
