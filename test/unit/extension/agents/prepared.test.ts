import { lexer, type Tokens } from 'marked';
import { describe, expect, it, vi } from 'vitest';
import { prepared } from '../../../../src/extension/agents/prepared';
import { tools } from '../../../../src/tools/list';
import { address } from '../../support/controller';

vi.mock('vscode', async () => ({
  l10n: await import('@vscode/l10n'),
  MarkdownString: class {
    constructor(readonly value: string) {}
  },
}));

/** What a person sees of a message that is Markdown. Fails if any of it is more than text. */
function shown(message: unknown): string {
  const [paragraph, ...others] = lexer((message as { readonly value: string }).value);
  expect([paragraph?.type, others]).toEqual(['paragraph', []]);
  const parts = (paragraph as Tokens.Paragraph).tokens;
  expect(parts.filter(({ type }) => type !== 'text' && type !== 'escape')).toEqual([]);
  return parts.map((part) => (part as Tokens.Text).text).join('');
}

const tool = (name: string) => {
  const found = tools.find((one) => one.name === name);
  if (!found) throw new Error(`There is no tool ${name}.`);
  return found;
};
const served = { path: address, server: { address, model: 'small' } };

describe('a call of a tool, before it', () => {
  it('names the chosen model, and asks nothing if it runs here', () => {
    expect(prepared(tool('predict'), { text: 'abc' }, { path: '/m/Small.Q4_1.gguf' }, true)).toEqual({
      invocationMessage: 'Predict what follows 3 characters with Small',
    });
  });

  it.each([
    ['tokens', { text: 'Hello  world' }, '“Hello  world”'],
    ['predict', { text: ' a\nb\t\u202ec' }, '“ a↵b→<U+202E>c”'],
    ['predict', { text: `${'word '.repeat(39)}a😀 b` }, `“${'word '.repeat(39)}a😀 b”`],
    ['predict', { text: 'x'.repeat(199) + '😀😀' }, `“${'x'.repeat(199)}…” (203 characters)`],
    ['neighbours', { token: 7042 }, '“7042”'],
    ['why', { text: 'The capital is', a: ' Paris', b: 260 }, '“The capital is”, “ Paris”, “260”'],
    [
      'predict',
      {
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: 'Yes' },
        ],
      },
      '“user: Hi↵assistant: Yes”',
    ],
  ])('asks before a server receives the text, and quotes it: %s, example %$', (name, input, quoted) => {
    const { confirmationMessages } = prepared(tool(name), input, served, true);
    expect(confirmationMessages?.title).toBe('Send the text to localhost:8080?');
    expect(shown(confirmationMessages?.message)).toBe(
      `The model small on the server localhost:8080 receives: ${quoted}`,
    );
  });

  it('quotes text as text, whatever Markdown would make of it', () => {
    const text = '# [a](command:b) <img src=x> `c` **d** http://e.org &amp; 1. | \\ ![f](g) ~~h~~ $(bug)';
    const { confirmationMessages } = prepared(tool('tokens'), { text }, served, true);
    expect(shown(confirmationMessages?.message)).toContain(`receives: “${text}”`);
  });

  it.each([
    ['the arguments are wrong', 'predict', { text: '' }, true],
    ['no text is sent', 'model', {}, true],
    ['the setting refuses the call', 'predict', { text: 'a' }, false],
  ])('asks nothing if %s', (_, name, input, mayUseServers) => {
    expect(prepared(tool(name), input, served, mayUseServers)).not.toHaveProperty('confirmationMessages');
  });
});
