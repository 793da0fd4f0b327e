import { EngineError } from '../../shared/errors';

/**
 * How a text is cut into pieces before byte-pair encoding, by the name that a model file gives. `\s` of the originals is Unicode's
 * White_Space, which JavaScript's `\s` is not (U+0085, U+FEFF).
 *
 * To add one: one entry, and a test beside it.
 */
const patterns: Readonly<Record<string, RegExp>> = {
  /** Contractions, words, numbers and the rest, each with the space before it; the last space before a word stays with the word. */
  'gpt-2': /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu,
  /** Every digit alone, then as GPT-2 the text between: so a number ends a run of spaces as the end of the text does. */
  smollm: /\p{N}|'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?![^\p{White_Space}\p{N}])|\p{White_Space}+/gu,
};

/** Other names of the same. */
const aliases: ReadonlyMap<string, string> = new Map([['gpt2', 'gpt-2']]);

/** Throws `EngineError('model-unsupported')` for a name that is not known. */
export function preTokenizer(name: string): RegExp {
  const known = aliases.get(name) ?? name;
  const pattern = Object.hasOwn(patterns, known) ? patterns[known] : undefined;
  if (pattern) return pattern;
  throw new EngineError('model-unsupported', `The model's pre-tokenizer is ${name.slice(0, 40)}; ${Object.keys(patterns).join(' and ')} can be used. Choose another model.`);
}
