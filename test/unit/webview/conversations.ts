// A conversation as a template rendered it, made by hand.
import type { ChatFinding } from '../../../src/shared/chat/rendered';
import { usualChat, type ChatView } from '../../../src/shared/chat/view';
import type { PanelState } from '../../../src/shared/panel';
import { inspected } from './build';

const usualWords = ['<s>', 'Be', ' kind', '<s>', 'user:', 'Hi', '</s>', '<s>', 'bot:', 'Yo', '</s>', '<s>', 'bot:'];
const controls = new Set(['<s>', '</s>']);
/** `<s>Be kind<s>user:Hi</s><s>bot:Yo</s><s>bot:`, where a person wrote `Hi` and `Yo`. */
export function conversation(
  findings?: readonly ChatFinding[],
  change: Partial<ChatView> = {},
  words: readonly string[] = usualWords,
): PanelState {
  const ends = words.map((_, at) => words.slice(0, at + 1).join('').length);
  const startOf = (token: number): number => ends[token - 1] ?? 0;
  const endOf = (token: number): number => ends[token] ?? 0;
  const state = inspected(words, {}, { surprisal: words.map((_, at) => (at === 0 ? null : at)) });
  if (!state.text) throw new Error('There is a text.');
  const tokens = state.text.tokens.map((token) => ({ ...token, special: controls.has(token.text) }));
  const added = { kind: 'added', start: 0, end: endOf(2) } as const;
  const chat: ChatView = {
    template: 'default',
    templates: ['default', 'tool_use'],
    others: 0,
    messages: [{ role: 'user' }, { role: 'assistant' }],
    pieces: [
      { message: 0, start: startOf(5), end: endOf(5), from: 0 },
      { message: 1, start: startOf(9), end: endOf(9), from: 0 },
    ],
    bands: [
      { message: 0, role: 'user', start: 0, end: endOf(6) },
      { message: 1, role: 'assistant', start: startOf(7), end: endOf(10) },
      { message: null, role: 'assistant', start: startOf(11), end: endOf(12) },
    ],
    findings: findings ?? [added],
    moreFindings: 0,
    controls: tokens
      .filter(({ special, text }, at) => special && words.indexOf(text) === at)
      .map((token) => ({ ...token, times: words.filter((word) => word === token.text).length })),
    controlCount: tokens.filter(({ special }) => special).length,
    text: words.join(''),
    places: tokens.map(() => null),
    ...change,
  };
  return { ...state, options: { ...state.options, chat: usualChat }, text: { ...state.text, tokens, chat } };
}

/** Every kind of finding. */
export function allFindings(change: Partial<ChatView> = {}, words?: readonly string[]): PanelState {
  const { text } = conversation([], {}, words);
  const [token] = text?.tokens ?? [];
  if (!token) throw new Error('There is a token.');
  const state = conversation(
    [
      { kind: 'doubled', token },
      { kind: 'control', message: 0, token, times: 1 },
      { kind: 'trimmed', message: 0 },
      { kind: 'dropped', message: 1 },
      { kind: 'changed', message: 1 },
      { kind: 'added', start: 0, end: 9 },
    ],
    { others: 2, messages: [{ role: 'user' }, { role: 'user' }], ...change },
    words,
  );
  return { ...state, run: state.run && { ...state.run, length: 5 } };
}
