import * as v from 'valibot';
import { encodings } from '../shared/engine';
import { inspectedToken } from '../shared/inspection';
import { isAdded } from '../shared/place';
import { englishPlural } from '../shared/plural';
import { details, given, listedTokens, short, entries, query } from './arguments';
import { chatOutput, modelJson, modelOutput, namedOutput, titleOf, tokenJson, tokenOutput } from './outputs';
import { oneText, readSpoken, sizeOf, spoken, spokenTexts } from './spoken';
import { groupedCount, paragraphs, groupedCount as counted, visible } from './text';
import { defineTool } from './tool';

export const find = defineTool({
  name: 'find',
  title: 'Tokens that contain a text',
  description:
    'Finds the tokens of the loaded model’s vocabulary that contain a text, in upper or lower case: how many there are, and their ids, texts (· is a space) and sizes. The text itself comes first, then it with a space before it, then tokens that begin with it, the shortest first. Use it to learn whether a word is one token, in which spellings, and what its id is.',
  summary: 'The tokens of the vocabulary that contain a text, with their ids.',
  icon: '$(search)',
  schema: given({ query, count: entries('How many tokens to list.') }),
  output: v.object({ model: modelOutput, total: v.number(), tokens: v.array(tokenOutput) }),
  says: ({ query }, model) => `Find the tokens of ${model} that contain ${visible(query)}`,
  // The vocabulary is on this machine.
  texts: () => [],
  async answer({ query, count }, { engine, model, control }) {
    const { tokens, total } = await engine.find({ query, count, textOnly: true }, control);
    const found = tokens.map((token) => tokenJson(token, ['size', 'outputSize']));
    const more = total > tokens.length ? ' Raise count to list more.' : '';
    return {
      said: `${titleOf(model)}: ${total === 0 ? 'no' : counted(total)} ${englishPlural(total, { one: 'token contains', other: 'tokens contain' })} “${visible(query)}”.${more}`,
      less: 'call again with a smaller count',
      json: (most) => ({ model: modelJson(model), total, tokens: found.slice(0, most) }),
    };
  },
});

const encoding = v.optional(
  v.pipe(
    v.picklist(encodings, ({ received }) => `encoding is ${short(received)}. Give ${encodings.join(', ')}.`),
    v.description('One of OpenAI’s encodings whose pieces are listed too. All of them are counted in any case.'),
  ),
);

export const tokens = defineTool({
  name: 'tokens',
  title: 'Tokens of a text',
  description:
    'Cuts a text into tokens exactly as the loaded language model does, and counts them; also counts the tokens of OpenAI’s encodings o200k_base (GPT-4o and later), cl100k_base (GPT-4, GPT-3.5) and r50k_base (GPT-2, GPT-3). Use it whenever a question depends on how many tokens a text has or where it is cut: do not guess. Each token has its id, its text (· is a space) and its size ‖e‖ (the Euclidean norm of its input vector, model units). Of messages the encodings count the contents alone, since OpenAI’s own markup is not public.',
  summary: 'Cuts a text into the tokens of the loaded model, and counts them, also by OpenAI’s encodings.',
  icon: '$(symbol-string)',
  schema: v.pipe(
    given({
      ...{ ...spoken, encoding, limit: listedTokens },
      details: details(
        'the bytes of each token, its offsets start and end (UTF-16 units) and the percentage of the vocabulary that is smaller',
      ),
    }),
    oneText(),
  ),
  output: v.object({
    ...{ model: modelOutput, chat: chatOutput },
    count: v.pipe(v.number(), v.description('Tokens of the whole text, without one that the model adds.')),
    leftOut: v.pipe(v.number(), v.description('Tokens that are not listed.')),
    tokens: v.array(tokenOutput),
    encodings: v.record(v.string(), v.number()),
    pieces: v.optional(v.array(v.object(namedOutput))),
  }),
  says: (asked, model) => `Tokenise ${sizeOf(asked)} with ${model}`,
  texts: spokenTexts,
  async answer({ encoding, limit, ...given }, asked) {
    const { engine, model, control } = asked;
    const read = await readSpoken(given, asked);
    const { text, chat, all: tokens } = read;
    const counts: Record<string, number> = {};
    const pieces: { readonly id: number; readonly text: string }[] = [];
    for (const one of chat ? chat.messages.map(({ content }) => content) : [text])
      for (const name of encodings) {
        const { count, tokens: found } = await engine.encode({ encoding: name, text: one }, control);
        counts[name] = (counts[name] ?? 0) + count;
        if (name === encoding) for (const { id, start, end } of found) pieces.push({ id, text: one.slice(start, end) });
      }
    const shown = tokens
      .slice(0, limit)
      .map((token) => tokenJson(inspectedToken(token), ['size', 'outputSize'], given.details));
    const added = tokens.filter(isAdded).length;
    const all = tokens.length - added;
    const listed = pieces.slice(0, limit);
    return {
      said: paragraphs(
        `${titleOf(model)}: the text has ${groupedCount(all)} ${englishPlural(all, { one: 'token', other: 'tokens' })}${added > 0 ? `; the model adds ${groupedCount(added)} of its own before it` : ''}.${chat ? ' OpenAI’s encodings count the contents alone, without OpenAI’s markup.' : ''}`,
        read.said,
        shown.length < tokens.length &&
          `${groupedCount(shown.length)} of ${groupedCount(tokens.length)} tokens are listed. Raise limit to list more.`,
      ),
      less: 'call again with a part of the text',
      json: (most) => ({
        model: modelJson(model),
        ...read.json(most),
        count: all,
        leftOut: tokens.length - Math.min(shown.length, most),
        tokens: shown.slice(0, most),
        encodings: counts,
        ...(encoding && { pieces: listed.slice(0, most) }),
      }),
    };
  },
});
