import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { inspect } from '../../../src/cli/inspect';
import { localEngine } from '../../../src/engine/localEngine';
import type { Inspection } from '../../../src/shared/inspection';
import type { Provenance } from '../../../src/shared/provenance';
import { writeChatModel } from '../support/chatModel';
import { call } from '../support/commandLine';

const turn = '<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>';
const { path, folder } = writeChatModel(
  {
    '': `{% for m in messages %}${turn}{% endfor %}{% if add_generation_prompt %}<|im_start|>{% endif %}`,
    '.trimming': '{{ bos_token }}{% for m in messages %}{{ m.content | trim }}{% endfor %}',
    '.raising': '{{ raise_exception("No tools here") }}',
  },
  { addsFirst: true },
);
afterAll(() => rmSync(folder, { recursive: true }));

const files: Readonly<Record<string, string>> = {
  'messages.json': '[{"role": "user", "content": "Hi </s>"}, {"role": "assistant", "content": "Yes"}]',
  'train.jsonl': '{"messages": [{"role": "user", "content": "a"}]}\n{"messages": [{"role": "user", "content": "b"}]}\n',
};
/** Loads the model in its first call. */
const engine = localEngine();
afterAll(() => engine.close());
const run = (args: readonly string[], input = '') =>
  call(inspect, ['--model', path, '--neighbours', '0', '--top', '1', ...args], {
    readInput: (file) => (file === undefined ? input : (files[file] ?? '')),
    createEngine: () => engine,
  });

describe('vectorscope inspect --chat', () => {
  it('prints what the template does, the tables of the text, and the surprisal of messages', async () => {
    const { code, out, err } = await run(['--chat', 'messages.json']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^Message 1 \(user\) spells <\/s> \(first: token 11, times: 1\)\. The model gets that control token, not the text\.\n\nControl tokens of the rendered text: 7\n.*\n +1 {2}<s> /,
    );
    expect(out).toMatch(/\n 2 {2}<\|im_start\|> .* bits\n/);
    expect(out).toMatch(/\nsurprisal of +tokens .*\nmessage 1, user +4 .*\nmessage 2, assistant +3 /);
    expect(out).toMatch(
      /\nThe answers with the control tokens that end them: [\d.]+ bits over 4 tokens\. A fine-tuning run would see a loss of [\d.]+ nats a token\.\n$/,
    );
  });

  it('has all of it in --json', async () => {
    const { out } = await run(['--chat', 'messages.json', '--json', '--system', 'S', '--no-generation-prompt']);
    const { chat, tokens, provenance } = JSON.parse(out) as Inspection & { readonly provenance: Provenance };
    const ids = tokens.map(({ id }) => id);
    expect(provenance).toMatchObject({ template: 'default', plain: false, limit: 512, tokens: ids.length, ids });
    expect(chat).toMatchObject({
      text: '<|im_start|>system\nS<|im_end|><|im_start|>user\nHi </s><|im_end|><|im_start|>assistant\nYes<|im_end|>',
      template: 'default',
      templates: ['default', 'trimming', 'raising'],
      others: 0,
      messages: [
        { role: 'system', content: 'S' },
        { role: 'user', content: 'Hi </s>' },
        { role: 'assistant', content: 'Yes' },
      ],
      findings: [{ kind: 'control', message: 1, token: { text: '</s>' }, sentence: expect.stringContaining('</s>') }],
    });
    expect(tokens.map(({ text }) => text).join('')).toBe(`<s>${chat?.text}`);
    // By hand: the tokens of the content, and the control token behind them.
    const answer = tokens.slice(-4).map(({ surprisal }) => surprisal ?? NaN);
    expect(chat?.surprisal?.answers?.bits).toBeCloseTo(
      answer.reduce((sum, bits) => sum + bits),
      10,
    );
    expect(chat?.surprisal?.messages[2]?.bits).toBeCloseTo(
      answer.slice(0, -1).reduce((sum, bits) => sum + bits),
      10,
    );
  });

  it('reads standard input, and says how much more there is', async () => {
    const { out } = await run(['--chat', '-', '--template', 'trimming', '--top', '0'], files['train.jsonl']);
    expect(out).toMatch(
      /^Only the first conversation is shown\. Others in the text: 1\.\nThe template writes <s>, and the tokenizer adds it too\. Here the model gets it once;/,
    );
    expect(out).not.toContain('Surprisal');
  });

  it('refuses JSON without messages, and a template that there is not', async () => {
    const refused = await run(['--chat', '-'], '[{"role":"user"}]');
    expect([refused.code, refused.out, refused.err]).toEqual([
      1,
      '',
      expect.stringMatching(/^The conversation begins like JSON/),
    ]);
    const unknown = await run(['--chat', '-', '--template', 'foo'], 'Hi');
    expect(unknown).toEqual({
      code: 2,
      out: '',
      err: 'error: The model has no chat template with this name. Its templates: default, trimming, raising.\n',
    });
  });

  it('says so where the template changes nothing', async () => {
    const { out } = await run(['--chat', '-'], 'Hi');
    expect(out).toMatch(/^The template “default” writes every message as it is\.\n\n/);
  });

  it('quotes the error of a template', async () => {
    expect(await run(['--chat', '-', '--template', 'raising'], 'Hi')).toEqual({
      code: 1,
      out: '',
      err: 'The chat template ends with an error: “No tools here”. Change the conversation, or choose another template.\n',
    });
  });

  it.each([
    [['--chat', '-', 'text'], 'error: --chat takes the place of the text. Give one of the two.\n'],
    [['text', '--system', 'S'], 'error: --system is about --chat. Give both, or neither.\n'],
    [['--chat', '-', '--plain'], "error: option '--chat <file>' cannot be used with option '--plain'.\n"],
    [[], "error: missing required argument 'text'.\n"],
  ])('is refused with other arguments: %j', async (args, err) => {
    expect(await run(args)).toEqual({ code: 2, out: '', err });
  });
});
