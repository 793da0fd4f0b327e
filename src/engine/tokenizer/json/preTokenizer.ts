import * as v from 'valibot';
import { byteCharacters } from '../byteAlphabet';
import { preTokenizer, type PreTokenizer as KnownPreTokenizer } from '../preTokenizers';
import { utf8Of } from '../utf8';
import { AlignedBuilder, prefixed, replacedIn, type Aligned } from './aligned';
import { behaviorSchema, compiled, ofOurs, patternSchema, split } from './pattern';
import { stepsOf, unknownStep } from './steps';

/** Cuts a normalised text into pieces, spelled as in the vocabulary. */
export interface JsonPreTokenizer {
  readonly cut: (text: Aligned) => Aligned[];
  /** Whether pieces are spelled in the byte alphabet. */
  readonly byteLevel: boolean;
  /** The character for a space, if this step inserts it. */
  readonly spaceMark: string | null;
}

type Cut = JsonPreTokenizer['cut'];

const schema = v.variant('type', [
  v.looseObject({
    type: v.literal('ByteLevel'),
    add_prefix_space: v.optional(v.boolean(), true),
    use_regex: v.optional(v.boolean(), true),
  }),
  v.looseObject({
    type: v.literal('CharDelimiterSplit'),
    delimiter: v.pipe(v.string(), v.minLength(1), v.maxLength(2)),
  }),
  v.looseObject({ type: v.literal('Digits'), individual_digits: v.optional(v.boolean(), false) }),
  v.looseObject({
    type: v.literal('Metaspace'),
    replacement: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1)), '\u2581'),
    prepend_scheme: v.optional(v.picklist(['always', 'first', 'never']), 'always'),
    add_prefix_space: v.optional(v.boolean(), true),
    split: v.optional(v.boolean(), true),
  }),
  v.looseObject({ type: v.literal('Punctuation'), behavior: v.optional(behaviorSchema, 'Isolated') }),
  v.looseObject({
    type: v.literal('Split'),
    pattern: patternSchema,
    behavior: behaviorSchema,
    invert: v.optional(v.boolean(), false),
  }),
  v.looseObject({ type: v.literal('Whitespace') }),
  v.looseObject({ type: v.literal('WhitespaceSplit') }),
]);

const gpt2 = ofOurs((preTokenizer('gpt-2') as KnownPreTokenizer).cuts[0] as RegExp);
const space = ofOurs(/ /g);
const digit = ofOurs(/\p{N}/gu);
const punctuation = ofOurs(/[\p{P}!-/:-@[-`{-~]/gu);
const whiteSpace = ofOurs(/\p{White_Space}/gu);

/**
 * The pre-tokenizer of a `tokenizer.json`. Each step follows `tokenizers`. The JavaScript library differs (digits other
 * than 0 to 9, white space, the parts of a match), so it provides only patterns. Throws
 * `EngineError('model-unsupported')` with the name of an unknown step.
 */
export function preTokenizerOf(described: unknown): JsonPreTokenizer {
  const steps = stepsOf(described, 'pretokenizers', 'pre_tokenizer').map(preTokenizerStep);
  return {
    cut: (text) => steps.reduce((pieces, { cut }) => pieces.flatMap(cut), [text]),
    byteLevel: steps.some(({ byteLevel }) => byteLevel),
    spaceMark: steps.find(({ spaceMark }) => spaceMark !== null)?.spaceMark ?? null,
  };
}

function preTokenizerStep(described: unknown): JsonPreTokenizer {
  const parsed = v.safeParse(schema, described);
  if (!parsed.success) throw unknownStep('pre_tokenizer', described);
  const step = parsed.output;
  switch (step.type) {
    case 'ByteLevel': {
      const cut: Cut = step.use_regex ? (text) => split(text, gpt2, 'Isolated') : (text) => [text];
      const begun: Cut = step.add_prefix_space
        ? (text) => cut(text.text.startsWith(' ') ? text : prefixed(' ', text))
        : cut;
      return { cut: (text) => (text.text === '' ? [] : begun(text).map(inBytes)), byteLevel: true, spaceMark: null };
    }
    case 'Metaspace': {
      const { replacement, split: splits, prepend_scheme: scheme, add_prefix_space: adds } = step;
      const mark = compiled({ String: replacement });
      const cut: Cut = (text) => {
        const marked = replacedIn(text, space, replacement);
        const begins =
          adds &&
          scheme !== 'never' &&
          (scheme === 'always' || text.starts[0] === 0) &&
          !marked.text.startsWith(replacement);
        const begun = begins && text.text !== '' ? prefixed(replacement, marked) : marked;
        return splits ? split(begun, mark, 'MergedWithNext') : [begun];
      };
      return { cut, byteLevel: false, spaceMark: replacement };
    }
    case 'Split': {
      const pattern = compiled(step.pattern);
      return plain((text) => split(text, pattern, step.behavior, step.invert));
    }
    case 'CharDelimiterSplit': {
      const pattern = compiled({ String: step.delimiter });
      return plain((text) => split(text, pattern, 'Removed'));
    }
    case 'Digits':
      return plain((text) => split(text, digit, step.individual_digits ? 'Isolated' : 'Contiguous'));
    case 'Punctuation':
      return plain((text) => split(text, punctuation, step.behavior));
    case 'Whitespace': {
      const words = compiled({ Regex: '\\w+|[^\\w\\s]+' });
      return plain((text) => split(text, words, 'Removed', true));
    }
    case 'WhitespaceSplit':
      return plain((text) => split(text, whiteSpace, 'Removed'));
  }
}

const plain = (cut: Cut): JsonPreTokenizer => ({ cut, byteLevel: false, spaceMark: null });

/** Spells a piece in the byte alphabet. Each byte has the range of its character. */
function inBytes(piece: Aligned): Aligned {
  const built = new AlignedBuilder(piece.limit);
  let at = 0;
  for (const character of piece.text) {
    const range = { start: piece.starts[at] as number, end: piece.ends[at + character.length - 1] as number };
    for (const byte of utf8Of(character)) built.add(byteCharacters[byte] as string, range);
    at += character.length;
  }
  return built.build();
}
