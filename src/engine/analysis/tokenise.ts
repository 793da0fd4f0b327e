import { defaults, type TokeniseRequest, type Tokenisation } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import type { Token } from '../../shared/tokens';
import type { Model } from '../model';

/** A text as the model reads it: ids of context and text, and how many of them are context. */
export interface Tokenised {
  readonly tokenisation: Tokenisation;
  readonly ids: readonly number[];
  /** Positions that get predictions: the context and the first `limit` tokens of the text. */
  readonly length: number;
}

/**
 * Cuts the context and the text together, as the model would meet them, and keeps the last tokens of the context.
 * A token across the border belongs to the text. Throws `EngineError('empty-text')` for a text without a character, and for one
 * whose characters the vocabulary cannot spell.
 */
export function tokenise(model: Model, { text, context = '', contextTokens = defaults.contextTokens, plain = false, limit = defaults.limit, most = Infinity }: TokeniseRequest): Tokenised {
  if (text.length === 0) throw new EngineError('empty-text', 'There is no text to inspect: select some characters first.');
  if (!Number.isInteger(limit) || limit < 1) throw new EngineError('bad-request', `The limit is ${limit} tokens; it must be a whole number of at least 1.`);
  if (!Number.isInteger(contextTokens) || contextTokens < 0) throw new EngineError('bad-request', `The context is ${contextTokens} tokens; it must be a whole number of at least 0.`);
  const border = context.length;
  const { ids, starts, ends } = model.tokenizer.encode(context + text, { plain });

  let firstOfText = 0;
  while (firstOfText < ids.length && (ends[firstOfText] as number) <= border && border > 0) firstOfText++;
  const contextCount = Math.min(firstOfText, contextTokens);
  const first = firstOfText - contextCount;

  const inText = ids.length - firstOfText;
  if (inText === 0) throw new EngineError('empty-text', 'The model has no token for any of these characters: select others.');
  const tokens: Token[] = [];
  for (let i = first; i < Math.min(ids.length, firstOfText + most); i++) {
    tokens.push({
      ...model.vocabulary.token(ids[i] as number),
      index: i - first,
      start: (starts[i] as number) - border,
      end: (ends[i] as number) - border,
    });
  }
  const leftOut = Math.max(0, inText - limit);
  return {
    tokenisation: { tokens, contextCount, total: inText, leftOut },
    ids: Array.from(ids.subarray(first)),
    length: contextCount + inText - leftOut,
  };
}
