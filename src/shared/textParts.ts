import type { ChatBand } from './chat/rendered';
import type { MatterGrain } from './matters';
import { isAdded } from './place';
import type { Token, Range } from './tokens';

/** Consecutive tokens of a text. `start` and `end` count UTF-16 units, as those of tokens do. */
export interface TextPart extends Range {
  /** Rising. */
  readonly positions: readonly number[];
}

/** Where a text is cut: the unit before which each part begins. White space before a word belongs to it. */
const patterns: Readonly<Record<'word' | 'line' | 'example', RegExp>> = {
  word: /\s*\S+/g,
  line: /[^\n]*\n|[^\n]+$/g,
  example: /[^]+?(?:\n[^\S\n]*\n\s*|$)/g,
};

function cutsOf(text: string, by: Exclude<MatterGrain, 'token'>, bands: readonly ChatBand[]): readonly number[] {
  if (by === 'message') return bands.map(({ start }) => start);
  if (by === 'sentence')
    return Array.from(new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text), ({ index }) => index);
  if (by === 'example' && bands.length > 0)
    // Answers stay with their question.
    return bands.filter(({ message, role }) => message === null || role !== 'assistant').map(({ start }) => start);
  return Array.from(text.matchAll(patterns[by]), ({ index }) => index);
}

/**
 * The parts of a text, in its order. A token belongs to the part in which its first character lies that is not white
 * space. The token that the model adds before a text belongs to none, nor does what asks the model to answer belong to
 * a message or an example. `tokens`: those of the text; `bands`: of a conversation.
 */
export function textParts(
  text: string,
  tokens: readonly Token[],
  by: MatterGrain,
  bands: readonly ChatBand[] = [],
): readonly TextPart[] {
  const own = tokens.filter((token) => !isAdded(token));
  const cuts = by === 'token' ? [] : cutsOf(text, by, bands);
  const parts: { start: number; end: number; readonly positions: number[] }[] = [];
  let [cut, last] = [0, -1];
  for (const { start, end, index } of own) {
    const place = start + Math.max(0, text.slice(start, end).search(/\S/));
    while (cut < cuts.length && (cuts[cut] as number) <= place) cut++;
    const part = parts.at(-1);
    if (part && by !== 'token' && cut === last) {
      part.end = end;
      part.positions.push(index);
    } else parts.push({ start, end, positions: [index] });
    last = cut;
  }
  const asks = by === 'message' || by === 'example' ? bands.at(-1) : undefined;
  return asks?.message === null ? parts.filter(({ end }) => end <= asks.start) : parts;
}

/** Parts that a text must have for a coarse cut to tell something. */
const fewest = 3;
/** Tokens up to which each is worth a run of its own. */
const mostTokens = 32;

/** How finely a text is cut if nothing else is asked for. `isChat`: it has bands. */
export function usualGrain(text: string, tokens: readonly Token[], isChat: boolean): MatterGrain {
  const has = (by: MatterGrain) => textParts(text, tokens, by).length;
  if (isChat) return 'message';
  if (has('example') >= fewest) return 'example';
  if (tokens.length <= mostTokens) return 'token';
  const [lines, sentences] = [has('line'), has('sentence')];
  return Math.max(lines, sentences) < fewest ? 'word' : lines >= sentences ? 'line' : 'sentence';
}
