import { SplitPreTokenizer } from '@huggingface/tokenizers';
import * as v from 'valibot';
import { unknownField } from '../../weights/damaged';
import { LinearPattern, type Matcher } from '../regex/linear';
import { slice, type Aligned } from './aligned';

/** The limit for a literal text, which has one or two characters in real tokenizers. */
const longestText = 256;
const longestPattern = 16_384;
export const patternSchema = v.union([
  v.strictObject({ String: v.pipe(v.string(), v.minLength(1), v.maxLength(longestText)) }),
  v.strictObject({ Regex: v.pipe(v.string(), v.minLength(1), v.maxLength(longestPattern)) }),
]);
export const behaviorSchema = v.picklist(['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous']);

type Pattern = v.InferOutput<typeof patternSchema>;
type Behavior = v.InferOutput<typeof behaviorSchema>;

/**
 * Compiles an Oniguruma pattern, which the library rewrites for JavaScript. Our own engine runs it in linear time,
 * since the pattern comes with the model. Throws `EngineError('model-unsupported')` if it cannot be used.
 */
export function compiled(pattern: Pattern): Matcher {
  try {
    const { pattern: made } = new SplitPreTokenizer({ type: 'Split', pattern, behavior: 'Isolated', invert: false });
    if (made) return 'Regex' in pattern ? new LinearPattern(made) : ofOurs(made);
  } catch {
    // The error below covers it.
  }
  throw unknownField('tokenizer.json: pre_tokenizer.pattern', JSON.stringify(pattern).slice(0, 80));
}

/** A matcher for a pattern of ours, which does not backtrack far. */
export const ofOurs = (pattern: RegExp): Matcher => ({
  cost: 1,
  matches: (text) =>
    Array.from(text.matchAll(pattern), ({ 0: found, index }) => ({ from: index, to: index + found.length })),
});

interface Part {
  readonly from: number;
  readonly to: number;
  readonly matches: boolean;
}

/**
 * Cuts a text at the matches of a pattern, or with `invert` between them. `behavior` decides what happens to the
 * matches (tokenizers, `SplitDelimiterBehavior`).
 */
export function split(aligned: Aligned, pattern: Matcher, behavior: Behavior, invert = false): Aligned[] {
  aligned.limit.take(pattern.cost * aligned.text.length);
  const parts = partsOf(aligned.text, pattern).map((part) => (invert ? { ...part, matches: !part.matches } : part));
  return arranged(parts, behavior).map(({ from, to }) => slice(aligned, from, to));
}

function partsOf(text: string, pattern: Matcher): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const { from, to } of pattern.matches(text)) {
    if (from > at) parts.push({ from: at, to: from, matches: false });
    if (to > from) parts.push({ from, to, matches: true });
    at = to;
  }
  if (at < text.length) parts.push({ from: at, to: text.length, matches: false });
  return parts;
}

function arranged(parts: readonly Part[], behavior: Behavior): readonly Part[] {
  switch (behavior) {
    case 'Removed':
      return parts.filter(({ matches }) => !matches);
    case 'Isolated':
      return parts;
    case 'Contiguous':
      return joined(parts, (part, before) => part.matches === before.matches);
    case 'MergedWithPrevious':
      return joined(parts, (part, before) => part.matches && !before.matches);
    case 'MergedWithNext':
      return joined(parts, (part, before) => before.matches && !part.matches);
  }
}

/** Joins neighbours if `together` holds for the original pair. */
function joined(parts: readonly Part[], together: (part: Part, before: Part) => boolean): Part[] {
  const made: Part[] = [];
  parts.forEach((part, i) => {
    const before = parts[i - 1];
    const last = made.at(-1);
    if (before && last && together(part, before)) made[made.length - 1] = { ...last, to: part.to };
    else made.push(part);
  });
  return made;
}
