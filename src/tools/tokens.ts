import * as v from 'valibot';
import { encodings, type Encoded } from '../shared/engine';
import { isAdded } from '../shared/place';
import { englishPlural } from '../shared/plural';
import { given, limit, short } from './arguments';
import { chatLines, chatRows, cutChatJson } from './chat';
import { oneText, readSpoken, sizeOf, spoken, spokenTexts } from './spoken';
import { beyondLimit, modelLine, tokenTable } from './tables';
import { count, paragraphs, table, visible } from './text';
import { defineTool } from './tool';

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
    'Cuts a text into tokens exactly as the loaded language model does, and counts them; also counts the tokens of OpenAI’s encodings o200k_base (GPT-4o and later), cl100k_base (GPT-4, GPT-3.5) and r50k_base (GPT-2, GPT-3). Use it whenever a question depends on how many tokens a text has or where it is cut: do not guess. Each token has its id, its text (· is a space), offsets start and end in UTF-16 units, its size ‖e‖ (the Euclidean norm of its input vector, model units) and the percentage of the vocabulary that is smaller.',
  summary: 'Cuts a text into the tokens of the loaded model, and counts them, also by OpenAI’s encodings.',
  icon: '$(symbol-string)',
  schema: v.pipe(given({ ...spoken, encoding, limit }), oneText()),
  says: (asked, model) => `Tokenise ${sizeOf(asked)} with ${model}`,
  texts: spokenTexts,
  async answer({ encoding, limit, plain, ...asked }, { engine, control }) {
    const { text, chat } = await readSpoken({ ...asked, plain }, engine, control);
    const request = { text, plain, limit, top: 0, neighbours: 0, layers: false, centred: false };
    const inspection = await engine.inspect(request, control);
    const encoded: Encoded[] = [];
    for (const name of encodings)
      encoded.push(await engine.encode({ encoding: name, text, most: name === encoding ? limit : 0 }, control));
    const pieces = encoded.find((one) => one.encoding === encoding)?.tokens ?? [];
    const listed = inspection.tokens.slice(0, limit);
    const added = inspection.tokens.filter(isAdded).length;
    const all = inspection.tokens.length - added;
    return {
      rows: {
        tokens: listed.length,
        ...(chat && chatRows(chat)),
        ...(encoding && { [`pieces of ${encoding}`]: pieces.length }),
      },
      less: 'call again with a part of the text',
      words: (most) =>
        paragraphs(
          modelLine(inspection.model),
          chat && chatLines(chat, most),
          `The text has ${count(all)} ${englishPlural(all, { one: 'token', other: 'tokens' })}${added > 0 ? `; the model adds ${count(added)} of its own before it` : ''}.`,
          table(
            ['encoding', 'tokens'],
            encoded.map((one) => [one.encoding, count(one.count)]),
            'lr',
          ),
          most > 0 && tokenTable({ ...inspection, tokens: listed.slice(0, most) }),
          encoding &&
            most > 0 &&
            `Pieces of ${encoding}\n${table(
              ['', 'piece', 'id'],
              pieces
                .slice(0, most)
                .map(({ id, start, end }, i) => [String(i + 1), visible(text.slice(start, end)), String(id)]),
              'rlr',
            )}`,
          listed.length < inspection.tokens.length &&
            `${beyondLimit(inspection.tokens.length - listed.length)} not listed. Raise limit to list more.`,
        ),
      json: (most) => ({
        ...inspection,
        ...(chat && { chat: cutChatJson(chat, inspection.tokens, most) }),
        count: all,
        tokens: listed.slice(0, most),
        encodings: encoded.map(({ tokens: some, ...one }) => ({
          ...one,
          ...(one.encoding === encoding && { tokens: some.slice(0, most) }),
        })),
      }),
    };
  },
});
