import * as v from 'valibot';
import type { Chat } from '../shared/chat/rendered';
import type { Control, Engine, ModelInfo } from '../shared/engine';
import { badRequest } from '../shared/errors';
import { signed } from '../shared/format';
import { matterGrains, type MatterGrain, type Matters } from '../shared/matters';
import { textParts, usualGrain, type TextPart } from '../shared/textParts';
import type { TextRequest, Token } from '../shared/tokens';
import { given, limit, position as positionArgument, short, string } from './arguments';
import { chatOutput, leftOutOutput, modelJson, modelOutput, namedOutput, numbers, titleOf } from './outputs';
import { oneText, readSpoken, sizeOf, spoken, spokenTexts } from './spoken';
import { nameOf } from './tables';
import { four, groupedCount, paragraphs, shortened, table, visible } from './text';
import { defineTool } from './tool';

/** A text that was read, and what is asked about it. */
interface MattersAsked {
  readonly request: TextRequest;
  readonly text: string;
  /** In the order of their positions. */
  readonly tokens: readonly Token[];
  readonly chat: Chat | null;
  readonly position: number;
  /** Chosen by what the text is if absent. */
  readonly by?: MatterGrain | undefined;
  readonly answer?: string | undefined;
  /** The most that a server may get. */
  readonly requests?: number | undefined;
}

interface MatteredText {
  readonly by: MatterGrain;
  readonly found: Matters;
  /** The largest change first. */
  readonly parts: readonly (Pick<TextPart, 'start' | 'end'> & Record<'bits' | 'change', number> & { text: string })[];
}

/** `allow`: how a caller says that a server may get so many requests. Throws `EngineError('bad-request')` without. */
export async function mattersOf(
  engine: Engine,
  model: ModelInfo,
  { request, text, tokens, chat, position, answer, requests = 0, ...asked }: MattersAsked,
  allow: (requests: number) => string,
  control: Control = {},
): Promise<MatteredText> {
  const read = tokens.slice(0, position + 1);
  const by = asked.by ?? usualGrain(text, read, chat !== null);
  if (by === 'message' && !chat)
    throw badRequest`Only a conversation has messages. Leave out another part: ${matterGrains.slice(0, -1).join(', ')}.`;
  const parts = textParts(text, read, by, chat?.bands);
  if (model.server && requests < parts.length)
    throw badRequest`Leaving out each ${by} sends ${parts.length} requests to the server. Give ${allow(parts.length)} to allow them.`;
  const question = {
    position,
    parts: parts.map(({ positions }) => positions),
    ...(answer !== undefined && { answer }),
  };
  const found = await engine.matters({ ...request, ...question }, control);
  const rows = found.parts.map(({ part, bits, change }) => {
    const { start, end } = parts[part] as TextPart;
    return { start, end, text: text.slice(start, end), bits, change };
  });
  return { by, found, parts: rows.sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || a.start - b.start) };
}

export const mattersJson = ({ by, found, parts }: MatteredText, most = Infinity) => ({
  by,
  answer: found.answer.map(({ id, text }) => ({ id, text })),
  bits: found.bits,
  parts: parts.slice(0, most),
});

const quoted = (text: string): string => `“${shortened(visible(text), 60)}”`;

/** What it found, in sentences. */
function mattersSaid({ by, found, parts }: MatteredText): string {
  const [carries, pushes] = [parts.find(({ change }) => change > 0), parts.find(({ change }) => change < 0)];
  return [
    `${found.answer.map(nameOf).join('')} costs ${four(found.bits)} bits after the text.`,
    carries
      ? `${quoted(carries.text)} carries it most: without this ${by} it costs ${four(carries.change)} bits more.`
      : '',
    pushes ? `${quoted(pushes.text)} pushes it away most: without it ${four(-pushes.change)} bits less.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** For a terminal. */
export function printedMatters(mattered: MatteredText): string {
  const rows = mattered.parts.map(({ text, bits, change }) => [
    ...[shortened(visible(text), 60), bits.toFixed(3), signed(change, 3), change < 0 ? 'pushes away' : ''],
  ]);
  return `${mattersSaid(mattered)}\n${table([`without this ${mattered.by}`, 'bits', 'change', ''], rows, 'lrrl')}`;
}

const part = v.object({ ...numbers('start', 'end', 'bits', 'change'), text: v.string() });

const grain = v.optional(
  v.pipe(
    v.picklist(matterGrains, ({ received }) => `by is ${short(received)}. Give ${matterGrains.join(', ')}.`),
    v.description(
      'What is left out each time. An example ends at an empty line; message is about messages. Chosen by what the text is, if absent.',
    ),
  ),
);
const wrongRequests = ({ received }: { readonly received: string }) =>
  `requests is ${short(received)}. Give a whole number from 0 to 8192.`;
const allowed = v.optional(
  v.pipe(
    v.number(wrongRequests),
    v.check((count) => Number.isInteger(count) && count >= 0 && count <= 8192, wrongRequests),
    v.description('How many requests a server that runs the model may get: one a part. Not needed otherwise.'),
  ),
);

export const mattersTool = defineTool({
  name: 'matters',
  title: 'What mattered in a text',
  description:
    'Says which parts of a text carry an answer of the loaded language model and which push it away: the model runs without each token, word, line, sentence, example or message, whose tokens are removed while the rest closes up. bits is what the answer costs, −log2 of its probability summed over its tokens; of a part it is the same without that part, and change is the difference: above 0 the part carries the answer, below 0 it pushes it away. The largest change comes first. The answer is the likeliest next token unless answer is given. Changes of several parts do not add up. Use it to find what in a prompt does the work.',
  summary: 'Which parts of a text carry the model’s answer, and which push it away.',
  icon: '$(filter)',
  schema: v.pipe(
    given({
      ...{ ...spoken, by: grain, position: positionArgument, limit, requests: allowed },
      answer: v.optional(
        v.pipe(
          string('answer', 1000),
          v.description(
            'What could follow the text, exactly, with its space at the start. The likeliest token, if absent.',
          ),
        ),
      ),
    }),
    oneText(),
  ),
  output: v.object({
    ...{ model: modelOutput, chat: chatOutput, leftOut: leftOutOutput },
    matters: v.object({
      by: v.string(),
      answer: v.array(v.object(namedOutput)),
      bits: v.number(),
      parts: v.array(part),
    }),
  }),
  says: (asked, model) => `Leave each part out of ${sizeOf(asked)} with ${model}`,
  texts: ({ answer, ...asked }) => [...spokenTexts(asked), ...(answer === undefined ? [] : [answer])],
  async answer({ by, position: at, answer, requests, ...written }, asked) {
    const { engine, model, control } = asked;
    const read = await readSpoken(written, asked);
    const tokens = read.tokens.map((token, index) => ({ ...token, index }));
    const position = Math.min(at ?? Infinity, tokens.length - 1);
    const mattered = await mattersOf(
      engine,
      model,
      { ...{ request: read.request, text: read.text, tokens, chat: read.chat, position }, by, answer, requests },
      (count) => `requests ${groupedCount(count)}, or a coarser by,`,
      control,
    );
    return {
      said: paragraphs(`${titleOf(model)}: ${mattersSaid(mattered)}`, read.said),
      less: 'call again with a coarser by',
      json: (most) => ({ model: modelJson(model), ...read.json(most), matters: mattersJson(mattered, most) }),
    };
  },
});
