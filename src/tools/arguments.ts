import * as v from 'valibot';
import { defaults } from '../shared/engine';
import { neighbourSpaces } from '../shared/sides';
import { longestExpression } from '../shared/vectors/expression';
import { shortened, visible } from './text';

/** UTF-16 units of a text. */
export const longestText = 20_000;
/** UTF-16 units of a token that is given as text. */
const longestToken = 1024;
const mostTokens = 8192;
/** `idOf` takes up to nine digits for an id. */
const largestId = 999_999_999;

const toRepair = 'Half of a surrogate pair stands alone in it. Send whole characters.';

/** Whole numbers within bounds. */
const within = (name: string, least: number, most: number, description: string) => {
  const expected = `a whole number from ${least} to ${most}`;
  const message = ({ received }: { readonly received: string }) => `${name} is ${short(received)}. Give ${expected}.`;
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(least, message),
    v.maxValue(most, message),
    v.description(description),
  );
};

/** The same with a default. */
const wholeNumber = (name: string, least: number, most: number, otherwise: number, description: string) =>
  v.optional(within(name, least, most, description), otherwise);

/** A text, a token that is spelled, or a name. JSON schema counts characters, so the bound itself is checked here. */
export const string = (name: string, most: number, least = 1) =>
  v.pipe(
    v.string(({ received }) => `${name} is ${short(received)}. Give a string.`),
    v.minLength(least, `${name} is empty. Give at least one character.`),
    v.maxLength(
      most,
      ({ input }) =>
        `${name} has ${input.length.toLocaleString('en-GB')} characters. Give at most ${most.toLocaleString('en-GB')}.`,
    ),
    v.check((text) => !/\p{Surrogate}/u.test(text), `${name} is not valid Unicode. ${toRepair}`),
  );

/** A token by its id or its text, as a string. */
export const token = (name: string, what: string) =>
  v.pipe(
    v.union(
      [
        string(name, longestToken),
        v.pipe(
          v.number(),
          v.integer(({ received }) => `${name} is ${short(received)}. An id is a whole number from 0.`),
          v.minValue(0, ({ received }) => `${name} is ${short(received)}. An id is a whole number from 0.`),
          v.maxValue(largestId, ({ received }) => `${name} is ${short(received)}. No model has so many tokens.`),
        ),
      ],
      ({ received }) => `${name} is ${short(received)}. Give an id, or the exact text of one token.`,
    ),
    v.description(
      `${what}: its id, or its exact text. Most tokens within a text begin with a space, as " Paris" does; tables show it as ·. A string of digits is an id.`,
    ),
  );

export const vector = v.pipe(
  string('vector', longestExpression),
  v.description(
    'In place of token: a vector made of tokens by +, -, * and / with numbers, mean(a, b) and unit(a), as in king - man + woman. A bare word is the token with a space before it, if there is one; "Paris" in quotes is exact; #301 is an id. In a model with two matrices e(Paris) and u(Paris) are its input vector and its output row.',
  ),
);

export const top = wholeNumber(
  'top',
  1,
  defaults.longestList,
  defaults.top,
  'How many of the likeliest next tokens to list.',
);
export const entries = wholeNumber(
  'count',
  1,
  defaults.longestList,
  defaults.nearest,
  'How many entries each list has: the likeliest tokens of either model, and the rows that changed most.',
);
export const position = v.optional(
  within(
    'position',
    0,
    mostTokens - 1,
    'The position whose prediction is taken apart, counted from 0. The last one, if absent.',
  ),
);
export const neighbours = wholeNumber(
  'neighbours',
  1,
  defaults.longestList,
  defaults.neighbours,
  'How many tokens each list has; the token itself counts.',
);
export const limit = wholeNumber(
  'limit',
  1,
  mostTokens,
  defaults.limit,
  'How many tokens of the text are read and listed, counted from its beginning. A prediction follows the last token that was read. The number of tokens is always that of the whole text.',
);

const truth = (name: string, description: string) =>
  v.optional(
    v.pipe(
      v.boolean(({ received }) => `${name} is ${short(received)}. Give true or false.`),
      v.description(description),
    ),
    false,
  );
export const centred = truth(
  'centred',
  'Subtract the mean vector of the vocabulary before comparing. All vectors share a large common part, which hides meaning.',
);
export const plain = truth('plain', 'Read special tokens that are spelled in the text as plain text.');

export const space = v.optional(
  v.pipe(
    v.picklist(neighbourSpaces, ({ received }) => `space is ${short(received)}. Give ${neighbourSpaces.join(', ')}.`),
    v.description(
      'Which vectors are compared, in a model with two matrices: input vectors, output rows, or the input vector across among the output rows.',
    ),
  ),
  'input',
);

export const given = <Entries extends v.ObjectEntries>(entries: Entries) =>
  v.strictObject(entries, ({ expected, received, path }) => {
    const key = path?.at(-1)?.key;
    if (expected === 'Object' || key === undefined) return `The arguments are ${short(received)}. Give an object.`;
    return expected === 'never' ? `There is no argument ${short(String(key))}.` : `${String(key)} is missing.`;
  });

/** A value as a sentence quotes it. */
export const short = (value: string): string => visible(shortened(value, 40));

/** The sentences of all that is wrong, the first three; and which arguments there are, if one is missing or unknown. */
export function wrongIn(issues: readonly v.BaseIssue<unknown>[], names: readonly string[]): string {
  const sentences = [...new Set(issues.map(({ message }) => message))].slice(0, 3);
  const isAboutNames = issues.some(({ type, path }) => type === 'strict_object' && path?.length === 1);
  const known = names.length === 0 ? 'This tool takes no arguments.' : `The arguments are ${names.join(', ')}.`;
  return [...sentences, ...(isAboutNames ? [known] : [])].join(' ');
}
