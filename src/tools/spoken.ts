import * as v from 'valibot';
import type { Chat } from '../shared/chat/rendered';
import type { Control, Engine } from '../shared/engine';
import { longestText, plain, short, string } from './arguments';
import { counted } from './chat';
import { count } from './text';

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

const message = v.strictObject(
  {
    role: string('The role of a message', longestRole),
    // An empty content is a message too: templates write its frame.
    content: string('The content of a message', longestText, 0),
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

const messages = v.optional(
  v.pipe(
    v.array(message, ({ received }) => `messages is ${short(received)}. Give a list of objects with role and content.`),
    v.minLength(1, 'messages is empty. Give at least one message.'),
    v.maxLength(
      mostMessages,
      ({ input }) => `messages has ${input.length.toLocaleString('en-GB')} entries. Give at most ${mostMessages}.`,
    ),
    v.check(
      (all) => all.reduce((sum, { content }) => sum + content.length, 0) <= longestText,
      `The messages together have more than ${longestText.toLocaleString('en-GB')} characters. Give fewer or shorter ones.`,
    ),
    v.description(
      `A conversation instead of text, which the model’s own chat template turns into the text that the model reads. At most ${mostMessages} messages, and ${longestText} characters together. A system message is the first one.`,
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
      'Whether the rendered messages end with the beginning of the assistant’s turn: true, if absent, asks for an answer. Give false if the last message is the answer.',
    ),
  ),
);

/** The arguments of a tool that reads either a text or a conversation. `oneText` checks that it is one of the two. */
export const spoken = { text, messages, template, generationPrompt, plain };
export type Spoken = v.InferOutput<v.StrictObjectSchema<typeof spoken, undefined>>;

export const oneText = <Given extends Spoken>() =>
  v.rawCheck<Given>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { text, messages, template, generationPrompt, plain } = dataset.value;
    const say = (message: string) => addIssue({ message });
    if (text === undefined && messages === undefined) say('text or messages is missing. Give one of the two.');
    if (text !== undefined && messages !== undefined) say('text and messages are both given. Give one of the two.');
    if (messages === undefined && (template !== undefined || generationPrompt !== undefined))
      say('template and generationPrompt are about messages. Leave them out with text.');
    if (messages !== undefined && plain)
      say('plain is about text: a chat template writes control tokens. Leave it out with messages.');
  });

export interface Read {
  /** What the model reads. */
  readonly text: string;
  /** The conversation, if messages were given. */
  readonly chat: Chat | null;
}

/** Renders messages with the model's own template. Rejects as the engine's `renderChat` does. */
export async function readSpoken(
  { text, messages, template, generationPrompt = true }: Spoken,
  engine: Engine,
  control: Control,
): Promise<Read> {
  if (!messages) return { text: text ?? '', chat: null };
  const request = { text: JSON.stringify(messages), generationPrompt, ...(template !== undefined && { template }) };
  const chat = await engine.renderChat(request, control);
  return { text: chat.text, chat };
}

/** `24 characters` or `2 messages`. */
export const sizeOf = ({ text = '', messages }: Spoken): string =>
  messages ? counted(messages.length) : `${count(text.length)} characters`;

/** All that a server would receive, with the roles of messages. */
export const spokenTexts = ({ text, messages }: Spoken): readonly string[] =>
  messages ? [messages.map(({ role, content }) => `${role}: ${content}`).join('\n')] : text === undefined ? [] : [text];
