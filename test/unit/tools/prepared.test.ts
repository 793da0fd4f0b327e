import { describe, expect, it, vi } from 'vitest';
import { prepared } from '../../../src/extension/tools/prepared';
import { tools } from '../../../src/tools/list';
import { address } from '../support/controller';

vi.mock('vscode', async () => ({
  l10n: await import('@vscode/l10n'),
  MarkdownString: class {
    value = '';
    appendText(text: string) {
      this.value += text.replace(/[\\`*_{}[\]()#+\-!~]/g, '\\$&');
      return this;
    }
  },
}));

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

  it('asks before a server receives the text, which is no Markdown', () => {
    const { confirmationMessages } = prepared(tool('neighbours'), { token: '[a](b)' }, served, true);
    expect(confirmationMessages?.title).toBe('Send the text to localhost:8080?');
    expect(confirmationMessages?.message).toMatchObject({
      value: expect.stringContaining('neighbours of \\[a\\]\\(b\\) in small.') as string,
    });
  });

  it.each([
    ['the arguments are wrong', 'predict', { text: '' }, true],
    ['no text is sent', 'model', {}, true],
    ['the setting refuses the call', 'predict', { text: 'a' }, false],
  ])('asks nothing if %s', (_, name, input, mayUseServers) => {
    expect(prepared(tool(name), input, served, mayUseServers)).not.toHaveProperty('confirmationMessages');
  });
});
