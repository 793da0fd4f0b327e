import * as v from 'valibot';
import { mostSeed, samplerRanges, samplerWords, type SamplerStep } from '../shared/continuation';
import { defaults } from '../shared/engine';
import { badRequest, EngineError } from '../shared/errors';
import { neighbourSpaces } from '../shared/sides';
import { longestExpression } from '../shared/vectors/expression';
import { shortened, visible } from './text';
import type { Tool } from './tool';

/** Checks the arguments. Throws `EngineError('bad-request')` with a sentence for each that is wrong. */
export function checked<Schema extends v.GenericSchema>(tool: Tool<Schema>, given: unknown): v.InferOutput<Schema> {
  // A list passes for an object without keys.
  if (Array.isArray(given)) throw badRequest`The arguments are a list. Give an object.`;
  const result = v.safeParse(tool.schema, given ?? {});
  if (result.success) return result.output;
  const names = 'entries' in tool.schema ? Object.keys(tool.schema.entries as object) : [];
  throw new EngineError('bad-request', wrongIn(result.issues, names));
}

/** The sentence for the language model that called. It never learns of the insides of a fault. */
export const sentenceOf = (error: unknown): string =>
  error instanceof EngineError && error.code !== 'internal'
    ? error.message
    : 'Vectorscope could not compute this. Try a shorter text or smaller lists. If it happens again, restart the server or reload the editor window.';

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

/** A token: an integer is its id, and a string its text. */
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
      `${what}. A string is the exact text of one token, an integer its id: "7" is the digit, 7 is id 7. Most tokens within a text begin with a space, as " Paris" does; tables show it as ·.`,
    ),
  );

const mostCandidates = 100;
export const candidates = v.optional(
  v.pipe(
    v.array(
      token('An entry of candidates', 'A token'),
      ({ received }) => `candidates is ${short(received)}. Give a list of tokens.`,
    ),
    v.maxLength(
      mostCandidates,
      ({ input }) => `candidates has ${input.length} entries. Give at most ${mostCandidates}.`,
    ),
    v.description(
      'Tokens whose probability and rank as the next token are wanted, however unlikely. For a word of several tokens give the first.',
    ),
  ),
);

export const vector = v.pipe(
  string('vector', longestExpression),
  v.description(
    'In place of token: a vector made of tokens by +, -, * and / with numbers, mean(a, b) and unit(a), as in king - man + woman. A bare word is the token with a space before it, if there is one; "Paris" in quotes is exact; #301 is an id. In a model with two matrices e(Paris) and u(Paris) are its input vector and its output row. With text or messages h is the hidden vector after its last token, and r12 the residual there after 12 layers.',
  ),
);

export const top = wholeNumber(
  'top',
  1,
  defaults.longestList,
  defaults.top,
  'How many of the likeliest next tokens to list.',
);
export const stepCount = wholeNumber('count', 1, 200, 20, 'How many tokens at most.');
export const stop = v.optional(
  v.pipe(string('stop', 1000), v.description('Ends once the continuation contains this text.')),
);

const samplerNumber = (step: SamplerStep) => {
  const [fits, range] = samplerRanges[step];
  const message = (received: unknown) => `${step} is ${short(String(received))}. Give ${range}.`;
  return v.optional(
    v.pipe(
      v.number(({ received }) => message(received)),
      v.check(fits, ({ input }) => message(input)),
      v.description(samplerWords[step]),
    ),
  );
};
export const samplerArguments = {
  ...{ temperature: samplerNumber('temperature'), topK: samplerNumber('topK'), topP: samplerNumber('topP') },
  ...{ minP: samplerNumber('minP'), typical: samplerNumber('typical'), repeatPenalty: samplerNumber('repeatPenalty') },
  seed: v.optional(within('seed', 0, mostSeed, 'The same seed draws the same tokens. Chosen and told if absent.')),
};
export const entries = (description: string) =>
  wholeNumber('count', 1, defaults.longestList, defaults.nearest, description);
export const position = v.optional(
  within(
    'position',
    0,
    mostTokens - 1,
    'The position whose prediction is taken apart, counted from 0. The last one, if absent.',
  ),
);
export const neighbourCount = wholeNumber(
  'neighbours',
  1,
  defaults.longestList,
  defaults.neighbours,
  'How many tokens each list has; the token itself counts, and the tokens of vector do.',
);
export const limit = v.optional(
  within(
    'limit',
    1,
    mostTokens,
    'How many tokens the model reads at most: all that its context has room for, if absent. Of a longer text it reads the last ones, after the token that it adds before every text; the answer says how many are dropped. Long texts take long, so give a limit where only the end matters.',
  ),
);
export const listedTokens = wholeNumber(
  'limit',
  0,
  mostTokens,
  defaults.limit,
  'How many tokens are listed, from the first on; 0 only counts them. The count is always that of the whole text.',
);
export const query = v.pipe(
  string('query', longestToken),
  v.description('The text that tokens must contain, in upper or lower case. Spaces count. Digits are text, not an id.'),
);

export const truth = (name: string, description: string) =>
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
/** The argument that asks for the keys that answers leave out, which it names. */
export const details = (what: string) => truth('details', `Add what most questions do not need: ${what}.`);
export const plainArgument = truth('plain', 'Read special tokens that are spelled in the text as plain text.');

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
