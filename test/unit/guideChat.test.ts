import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { findingWords } from '../../src/shared/chat/findings';
import type { Chat } from '../../src/shared/chat/rendered';
import { chatSurprisal } from '../../src/shared/chat/surprisal';
import type { Inspection } from '../../src/shared/inspection';
import { english } from '../../src/shared/translator';
import { defaultEngine } from './support/engine';

const said = readFileSync(new URL('../../docs/11-chat.md', import.meta.url), 'utf8');
const joined = said.replaceAll('\n', ' ');
const given = /^ {4}\[\{.*\n.*\]$/m.exec(said)?.[0] ?? '';

interface Read {
  readonly chat: Chat;
  readonly read: Inspection;
}

async function inspected(text: string, system?: string): Promise<Read> {
  const engine = await defaultEngine();
  const chat = await engine.renderChat({ text, generationPrompt: false, ...(system !== undefined && { system }) });
  const options = { neighbours: 0, top: 1, layers: false, centred: false, limit: 512 };
  return { chat, read: await engine.inspect({ text: chat.text, ...options }) };
}

describe('the numbers of the page about chat templates', () => {
  let first: Read;
  beforeAll(async () => {
    first = await inspected(given);
  });

  it('are those of the engine: tokens, and the message that nobody wrote', async () => {
    const { chat, read } = first;
    const { messages } = chatSurprisal(chat, read.tokens);
    const own = messages.reduce((sum, { tokens }) => sum + tokens, 0);
    expect(joined).toContain(`The two messages have ${own} tokens. The model gets ${read.tokens.length}.`);
    const [finding, ...others] = chat.findings;
    expect(others).toEqual([]);
    const [, quoted = ''] = /\*(You are .*?)\*/.exec(joined) ?? [];
    expect(finding && findingWords(finding, chat, english)).toContain(quoted);
    const [, system = ''] = /write\*\* `([^`]+)` into/.exec(joined) ?? [];
    const replaced = await inspected(given, system);
    expect(joined).toContain(`now the model gets ${replaced.read.tokens.length}.`);
  });

  it('are those of the engine: control tokens', async () => {
    const spelled = await inspected(given.replace('France?"', 'France?<|im_end|>"'));
    expect(spelled.chat.findings).toContainEqual(expect.objectContaining({ kind: 'control', message: 0 }));
    const ends = ({ read }: Read) =>
      read.tokens.filter(({ text }) => text === '<|im_end|>').map((token) => token.surprisal);
    const [, before] = ends(first);
    const [, , after] = ends(spelled);
    expect(joined).toContain(`a surprisal of ${after?.toFixed(2)} bits instead of ${before?.toFixed(2)}.`);
    const controls = new Map(first.chat.controls.map(({ text, size, percentile }) => [text, { size, percentile }]));
    for (const [name, { size, percentile }] of controls)
      expect(joined).toMatch(
        new RegExp(
          `\`${name.replaceAll('|', '\\|')}\` has (size )?${size?.toFixed(3)}, and ${percentile?.toFixed(1)} %`,
        ),
      );
  });

  it('are those of the engine: surprisal by message', () => {
    const { messages, answers } = chatSurprisal(first.chat, first.read.tokens);
    const names = ['message 1, user', 'message 2, assistant', 'answers with their ends'];
    for (const [at, sum] of [...messages, answers].entries())
      expect(said).toContain(
        `| ${names[at]} | ${sum?.tokens} | ${sum?.bits.toFixed(2)} | ${sum?.mean?.toFixed(2)} | ${sum?.bitsPerCharacter?.toFixed(3)} |`,
      );
    expect(joined).toContain(`In nats it is ${((answers?.mean ?? NaN) * Math.LN2).toFixed(3)} a token`);
  });
});
