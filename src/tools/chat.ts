import { findingWords, moreWords, othersWords } from '../shared/chat/findings';
import type { Chat } from '../shared/chat/rendered';
import { chatSurprisal, controlColumns, surprisalTable } from '../shared/chat/surprisal';
import { fixed } from '../shared/format';
import type { InspectedChat, InspectedToken } from '../shared/inspection';
import { englishPlural } from '../shared/plural';
import type { SurprisalSum } from '../shared/surprisalSum';
import { english } from '../shared/translator';
import { printedTable } from './tables';
import { groupedCount, paragraphs, visible } from './text';

/** What the template made of the conversation, before the tables of its text. */
export const chatWords = (chat: Chat): string =>
  `${paragraphs(
    findingLines(chat) || asItIs(chat),
    chat.controls.length > 0 &&
      `Control tokens of the rendered text: ${groupedCount(chat.controlCount)}\n${printedTable({ columns: controlColumns(english), rows: chat.controls })}`,
  )}\n\n`;

/** The same for an agent, which named the messages itself and gets the findings in a list. */
export function chatSaid(chat: Chat, continues: boolean): string {
  const end = continues ? ' It ends within the last message, so the model goes on with that.' : '';
  const rendered = `The chat template ${visible(chat.template)} of the model rendered ${counted(chat.messages.length)}. The numbers are about the rendered text.${end}`;
  const about = [othersWords(chat, english), moreWords(chat, english)];
  return [rendered, chat.findings.length === 0 ? asItIs(chat) : null, ...about]
    .filter((sentence) => sentence !== null)
    .join('\n');
}

/** `2 messages`. */
export const counted = (messages: number): string =>
  `${groupedCount(messages)} ${englishPlural(messages, { one: 'message', other: 'messages' })}`;

const asItIs = ({ template }: Chat): string => `The template “${visible(template)}” writes every message as it is.`;

const findingLines = (chat: Chat): string =>
  [othersWords(chat, english), ...sentencesOf(chat), moreWords(chat, english)]
    .filter((sentence) => sentence !== null)
    .join('\n');

const sentencesOf = (chat: Chat): string[] =>
  chat.findings.map((finding) => findingWords(finding, chat, english, visible));

/** Surprisal by message and by role; empty if no layers ran. */
export function surprisalTables(chat: Chat, tokens: readonly InspectedToken[]): readonly string[] {
  if (!hasRun(tokens)) return [];
  const sums = chatSurprisal(chat, tokens);
  return [
    printedTable(surprisalTable(sums, english, visible)),
    ...(sums.answers?.mean ? [answersLine(sums.answers, sums.answers.mean)] : []),
  ];
}

const answersLine = ({ tokens, bits, isLeast }: SurprisalSum, mean: number): string =>
  `The answers with the control tokens that end them: ${isLeast ? 'at least ' : ''}${fixed(bits, 2)} bits over ${groupedCount(tokens)} tokens. A fine-tuning run would see a loss of ${fixed(mean * Math.LN2, 4)} nats a token.`;

const hasRun = (tokens: readonly InspectedToken[]): boolean => tokens.some(({ surprisal }) => surprisal !== null);

/** The same for `--json`. */
export const chatJson = (chat: Chat, tokens: readonly InspectedToken[]): InspectedChat => ({
  ...chat,
  messages: chat.messages.map(({ role, content }) => ({ role, content })),
  findings: chat.findings.map((finding) => ({ ...finding, sentence: findingWords(finding, chat, english) })),
  ...(hasRun(tokens) && { surprisal: chatSurprisal(chat, tokens) }),
});

/** What an agent, which wrote the messages and reads the rendered text in its tokens, cannot know. */
export function briefChat(chat: Chat, tokens: readonly InspectedToken[], most: number) {
  const { template, moreFindings, findings, surprisal } = chatJson(chat, tokens);
  return {
    ...{ template, ...(moreFindings > 0 && { moreFindings }) },
    findings: findings.slice(0, most).map(({ kind, sentence }) => ({ kind, sentence })),
    ...(surprisal && {
      surprisal: {
        ...surprisal,
        messages: surprisal.messages.slice(0, most),
        roles: surprisal.roles.slice(0, most),
      },
    }),
  };
}
