import type { Control, Engine, ModelInfo } from '../shared/engine';
import { isAdded } from '../shared/place';
import type { TextRequest, Token } from '../shared/tokens';
import { count } from './text';

/** The end of a text as the model can run it. */
export interface LastTokens {
  /** Runs them and no others. */
  readonly request: TextRequest;
  /** Those that are run, with their places in the whole text. */
  readonly tokens: readonly Token[];
  /** Those of the whole text. */
  readonly all: readonly Token[];
  /** Tokens before them that are not run. */
  readonly dropped: number;
}

/** Tokens that the model reads; null if the server does not say. */
export const contextOf = ({ trunk, server }: ModelInfo): number | null =>
  trunk?.contextLength ?? server?.contextLength ?? null;

/** The last tokens of a text, cut as in the whole of it, and the one that the model adds before every text. */
export async function lastTokens(
  engine: Engine,
  model: ModelInfo,
  { text, plain, limit = Infinity }: { text: string; plain: boolean; limit?: number | undefined },
  control: Control,
): Promise<LastTokens> {
  const { tokens } = await engine.tokenise({ text, plain }, control);
  const most = Math.min(limit, contextOf(model) ?? Infinity);
  if (tokens.length <= most) return { request: { text, plain, limit: tokens.length }, tokens, all: tokens, dropped: 0 };
  const border = tokens.findLast(({ start, end }) => end > start)?.start ?? 0;
  const added = tokens.filter(isAdded).length;
  // More than one if they share a character.
  const last = tokens.filter((token) => !isAdded(token) && token.end > border).length;
  const contextTokens = Math.max(0, most - added - last);
  const dropped = tokens.length - added - contextTokens - last;
  return {
    request: {
      ...{ context: text.slice(0, border), text: text.slice(border) },
      ...{ plain, contextTokens, limit: added + last },
    },
    all: tokens,
    tokens: [...tokens.slice(0, added), ...tokens.slice(added + dropped)],
    dropped,
  };
}

/** What an answer says of them; empty if none is dropped. */
export const droppedSaid = ({ tokens, all, dropped }: LastTokens): string =>
  dropped === 0
    ? ''
    : `The model reads only the last ${count(tokens.length)} of ${count(all.length)} tokens: ${count(dropped)} are dropped from the beginning.`;
