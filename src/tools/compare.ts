import * as v from 'valibot';
import { entries, given, limit, position } from './arguments';
import { blameTool } from './blame';
import { bothTables, compared, comparisonSaid, needOther, plainNumbers, textOfBoth } from './both';
import { tools } from './list';
import { mattersTool } from './matters';
import { chatOutput, leftOutOutput } from './outputs';
import { oneText, readSpoken, sizeOf, spoken, spokenTexts } from './spoken';
import { paragraphs } from './text';
import { defineTool, type Tool } from './tool';

export const compare = defineTool({
  name: 'compare',
  title: 'Two models on one text',
  description:
    'Compares the loaded model, A, with a second one, B, on a text: what did B change, directions or sizes, where, and how much? Answers a sentence; KL divergence, Δp and same top p by the formulas of llama.cpp, bits a character and perplexity of both; the prediction after one position with each change of a logit taken apart into the size of h, the size of the token and the angle (the parts sum to the change); and the angles and ratios of sizes between the rows of both matrices. KL and surprisal are in bits, angles in degrees; positions count from 0. Models with other vocabularies are compared by the characters of the text.',
  summary: 'What a second model changed on a text: directions, sizes, or both.',
  icon: '$(diff)',
  schema: v.pipe(
    given({
      ...{ ...spoken, position, limit },
      count: entries(
        'How many entries each list has: the likeliest tokens of either model, and the rows that changed most.',
      ),
    }),
    oneText(),
  ),
  // With the keys of `compare --json`.
  output: v.looseObject({
    sentence: v.string(),
    chat: chatOutput,
    leftOut: leftOutOutput,
    rows: v.array(v.looseObject({})),
  }),
  says: (asked, model) => `Compare ${model} with a second model on ${sizeOf(asked)}`,
  texts: spokenTexts,
  async answer({ position, count, ...given }, asked) {
    const { engine, model, control } = asked;
    const other = needOther(asked);
    const read = await readSpoken(given, asked);
    const text = textOfBoth(read, given);
    const found = await compared({ engine, model, other, text, position, count, control });
    const { text: inBoth, position: taken, rows, tokens, ...about } = found;
    return {
      less: 'call again with a smaller count or a shorter text',
      more: inBoth ? { tokens: tokens.length } : {},
      said: (most) => paragraphs(read.said, bothTables(found, most)),
      json: (most) => {
        const { bitsPerCharacter, perplexity } = inBoth ?? {};
        const cut = {
          sentence: comparisonSaid(found),
          ...read.json(most),
          ...about,
          ...{ bitsPerCharacter, perplexity },
          ...(inBoth?.kind === 'same' && { sums: inBoth.sums }),
          // Ranks tell the likeliest, also in a list that is cut.
          ...(taken && { position: { ...taken, likeliest: undefined, tokens: taken.tokens.slice(0, most) } }),
          rows: rows.map(({ tokens: _, turned, resized, ...spread }) => ({
            ...spread,
            turned: turned.slice(0, most),
            resized: resized.slice(0, most),
          })),
        };
        const omitted = ['histogram', 'bytes'];
        const short = (key: string, value: unknown) => (omitted.includes(key) ? undefined : plainNumbers(key, value));
        return JSON.parse(JSON.stringify(cut, short)) as object;
      },
    };
  },
});

/** The tools of an MCP server: more than an editor’s chat has, whose extension is read at every start. */
export const toolsOfServer: readonly Tool[] = [...tools, mattersTool];

/** Those of one that was started with a second model. */
export const toolsOfTwo: readonly Tool[] = [...toolsOfServer, compare, blameTool];
