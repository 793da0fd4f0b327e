import * as v from 'valibot';
import type { Control, Engine, ModelInfo } from '../shared/engine';
import type { InspectedToken } from '../shared/inspection';
import { isAdded } from '../shared/place';
import type { TextRequest, Token } from '../shared/tokens';
import { longestText, plainArgument, short, string } from './arguments';
import { chatSaid, counted, briefChat } from './chat';
import { groupedCount, paragraphs } from './text';
import type { Asked } from './tool';

/** The end of a text as the model can run it. */
interface LastTokens {
  /** Runs them and no others. */
  readonly request: TextRequest;
  /** Those that are run, with their places in the whole text. */
  readonly tokens: readonly Token[];
  /** Those of the whole text. */
  readonly all: readonly Token[];
  /** Tokens before them that are not run. */
  readonly dropped: number;
}

/** Tokens that the model reads; null if the server does not say. */
export const contextOf = ({ trunk, server }: ModelInfo): number | null =>
  trunk?.contextLength ?? server?.contextLength ?? null;

/** The last tokens of a text, cut as in the whole of it, and the one that the model adds before every text. */
async function lastTokens(
  engine: Engine,
  model: ModelInfo,
  { text, plain, limit = Infinity }: { text: string; plain: boolean; limit?: number | undefined },
  control: Control,
): Promise<LastTokens> {
  const { tokens } = await engine.tokenise({ text, plain }, control);
  const most = Math.min(limit, contextOf(model) ?? Infinity);
  if (tokens.length <= most) return { request: { text, plain, limit: tokens.length }, tokens, all: tokens, dropped: 0 };
  const border = tokens.findLast(({ start, end }) => end > start)?.start ?? 0;
  const added = tokens.filter(isAdded).length;
  // More than one if they share a character.
  const last = tokens.filter((token) => !isAdded(token) && token.end > border).length;
  const contextTokens = Math.max(0, most - added - last);
  const dropped = tokens.length - added - contextTokens - last;
  return {
    request: {
      ...{ context: text.slice(0, border), text: text.slice(border) },
      ...{ plain, contextTokens, limit: added + last },
    },
    all: tokens,
    tokens: [...tokens.slice(0, added), ...tokens.slice(added + dropped)],
    dropped,
  };
}

/** What an answer says of them; empty if none is dropped. */
const droppedSaid = ({ tokens, all, dropped }: LastTokens): string =>
  dropped === 0
    ? ''
    : `The model reads only the last ${groupedCount(tokens.length)} of ${groupedCount(all.length)} tokens: ${groupedCount(dropped)} are dropped from the beginning.`;

const text = v.optional(
  v.pipe(
    string('text', longestText),
    v.description(
      `The text, exactly as the model would read it: spaces count. At most ${longestText} characters. Give either text or messages.`,
    ),
  ),
);

const mostMessages = 1000;
const longestRole = 100;

const wrongPart = ({ received }: { readonly received: string }) =>
  `A part of a content is ${short(received)}. Give {"type": "text", "text": "…"}.`;
/** As other interfaces send it; they have parts that are no text, too. */
const part = v.object(
  { type: v.literal('text', wrongPart), text: string('The text of a part', longestText, 0) },
  wrongPart,
);

const message = v.strictObject(
  {
    role: string('The role of a message', longestRole),
    // An empty content is a message too: templates write its frame.
    content: v.union(
      [string('The content of a message', longestText, 0), v.array(part)],
      // What is wrong within a list is said by its part.
      ({ received, issues }) =>
        issues?.find(({ path }) => path)?.message ??
        `The content of a message is ${short(received)}. Give a string, or a list of parts.`,
    ),
  },
  ({ expected, received, path }) => {
    const key = path?.at(-1)?.key;
    if (expected === 'Object' || key === undefined)
      return `A message is ${short(received)}. Give an object with role and content.`;
    return expected === 'never'
      ? `A message has no ${short(String(key))}. Give its role and its content alone.`
      : `The ${String(key)} of a message is missing.`;
  },
);

type Content = string | readonly { readonly text: string }[];

/** The text of a content. */
const contentOf = (content: Content): string =>
  typeof content === 'string' ? content : content.map(({ text }) => text).join('');

const messages = v.optional(
  v.pipe(
    v.array(message, ({ received }) => `messages is ${short(received)}. Give a list of objects with role and content.`),
    v.minLength(1, 'messages is empty. Give at least one message.'),
    v.maxLength(
      mostMessages,
      ({ input }) => `messages has ${input.length.toLocaleString('en-GB')} entries. Give at most ${mostMessages}.`,
    ),
    v.check(
      (all) => all.reduce((sum, { content }) => sum + contentOf(content).length, 0) <= longestText,
      `The messages together have more than ${longestText.toLocaleString('en-GB')} characters. Give fewer or shorter ones.`,
    ),
    v.description(
      `A conversation instead of text, which the model’s own chat template turns into the text that the model reads. At most ${mostMessages} messages, and ${longestText} characters together. A system message is the first one. If the last message is the assistant’s, the model goes on with it as with a half-written answer.`,
    ),
  ),
);

const template = v.optional(
  v.pipe(
    string('template', 200),
    v.description('The name of the chat template for messages, in a model with several. The usual one, if absent.'),
  ),
);
const generationPrompt = v.optional(
  v.pipe(
    v.boolean(({ received }) => `generationPrompt is ${short(received)}. Give true or false.`),
    v.description(
      'Whether the rendered messages end with the beginning of the assistant’s turn, which asks for an answer. If absent, they do unless the last message is the assistant’s. Give false to close that message as a finished answer.',
    ),
  ),
);

/** The arguments of a tool that reads either a text or a conversation. `oneText` checks that it is one of the two. */
export const spoken = { text, messages, template, generationPrompt, plain: plainArgument };
export type Spoken = v.InferOutput<v.StrictObjectSchema<typeof spoken, undefined>>;

export const oneText = <Given extends Spoken>(isNeeded = true) =>
  v.rawCheck<Given>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { text, messages, template, generationPrompt, plain } = dataset.value;
    const say = (message: string) => addIssue({ message });
    if (isNeeded && text === undefined && messages === undefined)
      say('text or messages is missing. Give one of the two.');
    if (text !== undefined && messages !== undefined) say('text and messages are both given. Give one of the two.');
    if (messages === undefined && (template !== undefined || generationPrompt !== undefined))
      say('template and generationPrompt are about messages. Leave them out with text.');
    if (messages !== undefined && plain)
      say('plain is about text: a chat template writes control tokens. Leave it out with messages.');
  });

/**
 * What the model reads, with what every answer says of it. Renders messages with the model's own template, and rejects
 * as the engine's `renderChat` does.
 */
export async function readSpoken(
  { text = '', messages, template, generationPrompt, plain, limit }: Spoken & { readonly limit?: number | undefined },
  { engine, model, control }: Asked,
) {
  const last = messages?.at(-1);
  const continues = generationPrompt === undefined && last?.role === 'assistant' && contentOf(last.content) !== '';
  const request = {
    ...{ text: JSON.stringify(messages), generationPrompt: !continues && generationPrompt !== false },
    ...(continues && { continues }),
    ...(template !== undefined && { template }),
  };
  const chat = messages ? await engine.renderChat(request, control) : null;
  const read = chat?.text ?? text;
  const end = await lastTokens(engine, model, { text: read, plain, limit }, control);
  return {
    ...{ ...end, text: read, chat },
    said: paragraphs(droppedSaid(end), chat && chatSaid(chat, continues)),
    // `tokens`: those with surprisal, if they have run.
    json: (most: number, tokens: readonly InspectedToken[] = []) => ({
      ...(chat && { chat: briefChat(chat, tokens, most) }),
      leftOut: end.dropped,
    }),
  };
}

/** `24 characters` or `2 messages`. */
export const sizeOf = ({ text = '', messages }: Spoken): string =>
  messages ? counted(messages.length) : `${groupedCount(text.length)} characters`;

/** All that a server would receive, with the roles of messages. */
export const spokenTexts = ({ text, messages }: Spoken): readonly string[] =>
  messages
    ? [messages.map(({ role, content }) => `${role}: ${contentOf(content)}`).join('\n')]
    : text === undefined
      ? []
      : [text];
