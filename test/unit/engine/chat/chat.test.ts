import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../../../src/engine/localEngine';
import { openModelFile } from '../../../../src/engine/model/modelFile';
import type { Chat, ChatRequest } from '../../../../src/shared/chat/rendered';
import { controlId, writeChatModel } from '../../support/chatModel';
import { number } from '../../support/ggufWriter';
import { writeTinyModel } from '../../support/tinyModel';

const scratch = mkdtempSync(join(tmpdir(), 'vectorscope-chat-'));
const folders = [scratch];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** The templates of a model, which is closed again. */
function templatesIn(path: string) {
  const file = openModelFile(path);
  try {
    const { templates, tokens } = file.readChatTemplates();
    return { templates: Object.fromEntries(templates), tokens };
  } finally {
    file.weights.close();
  }
}

function written(...args: Parameters<typeof writeChatModel>): string {
  const { path, folder } = writeChatModel(...args);
  folders.push(folder);
  return path;
}

/** A folder as on Hugging Face with some files more. */
function folderWith(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(scratch, name);
  cpSync(fileURLToPath(new URL('../../../fixtures/folders/qwen2', import.meta.url)), path, { recursive: true });
  for (const [file, contents] of Object.entries(files)) writeFileSync(join(path, file), contents);
  return path;
}

describe('the chat templates of a model', () => {
  it('are the keys of a GGUF file, with the spellings of its tokens', () => {
    expect(templatesIn(written({ '': 'usual', '.tool_use': 'other' }))).toEqual({
      templates: { default: 'usual', tool_use: 'other' },
      tokens: { bos_token: '<s>', eos_token: '</s>' },
    });
    expect(templatesIn(written({})).templates).toEqual({});
  });

  it.each([
    ['a text', 'usual', { default: 'usual' }],
    [
      'a list',
      [
        { name: 'default', template: 'usual' },
        { name: 'rag', template: 'other' },
      ],
      { default: 'usual', rag: 'other' },
    ],
    ['nothing', undefined, {}],
  ])('are %s in tokenizer_config.json', (name, chat_template, templates) => {
    const config = { bos_token: { content: '<b>' }, eos_token: '<e>', pad_token: null, chat_template };
    const path = folderWith(name, { 'tokenizer_config.json': JSON.stringify(config) });
    expect(templatesIn(path)).toEqual({ templates, tokens: { bos_token: '<b>', eos_token: '<e>' } });
  });

  it('are a file of their own, which goes before', () => {
    const path = folderWith('jinja', {
      'tokenizer_config.json': JSON.stringify({ chat_template: 'old' }),
      'special_tokens_map.json': JSON.stringify({ eos_token: '<e>' }),
      'chat_template.jinja': 'néw',
    });
    expect(templatesIn(path)).toEqual({ templates: { default: 'néw' }, tokens: { eos_token: '<e>' } });
  });

  it('are 32 at most, whose names are short, and the usual one is among them', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`.t${i}`, 'x']));
    const { templates } = templatesIn(written({ [`.${'n'.repeat(201)}`]: 'long', ...many, '': 'usual' }));
    expect(Object.keys(templates)).toEqual(['default', ...Array.from({ length: 31 }, (_, i) => `t${i}`)]);
  });

  it('may not be too long, or something else', () => {
    expect(() => templatesIn(written({ '': 'a'.repeat(2 ** 20 + 1) }))).toThrow(
      'chat_template default (len) is 1048577; Vectorscope reads ≤ 1048576. Choose another model.',
    );
    expect(() => templatesIn(written({}, { keys: [number('tokenizer.chat_template', 1)] }))).toThrow(
      'tokenizer.chat_template is 1; expected: string.',
    );
    expect(() =>
      templatesIn(folderWith('wrong', { 'tokenizer_config.json': JSON.stringify({ chat_template: 1 }) })),
    ).toThrow('tokenizer_config.json: chat_template is 1; expected: ');
  });
});

const turn = '<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>';
const chatml = `{% for m in messages %}${turn}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}`;
const trimming =
  '{{ bos_token }}{% for m in messages %}{% if m.role != "tool" %}{{ m.content | trim }}{% endif %}{% endfor %}';

describe('a conversation as the model gets it', () => {
  const engine = localEngine();
  const render = (text: string, request: Partial<ChatRequest> = {}): Promise<Chat> =>
    engine.renderChat({ text, generationPrompt: true, ...request });
  beforeAll(async () => {
    await engine.load({ path: written({ '': chatml, '.trimming': trimming }, { addsFirst: true }), threads: 1 });
  });
  afterAll(() => engine.close());

  it('says what is what, and names the control tokens with their sizes', async () => {
    const { text, template, templates, form, bands, findings, controls, controlCount } = await render('Hi');
    expect(text).toBe('<|im_start|>user\nHi<|im_end|><|im_start|>assistant\n');
    expect([template, templates, form, findings]).toEqual(['default', ['default', 'trimming'], 'text', []]);
    expect(bands.map(({ message, role }) => [message, role])).toEqual([
      [0, 'user'],
      [null, 'assistant'],
    ]);
    expect(controls.map(({ text: spelled, index, start, end, times }) => [spelled, index, start, end, times])).toEqual([
      ['<s>', 0, 0, 0, 1],
      ['<|im_start|>', 1, 0, 12, 2],
      ['<|im_end|>', 9, 19, 29, 1],
    ]);
    expect(controlCount).toBe(4);
    for (const { id, size, percentile } of controls)
      expect(await engine.token(id)).toMatchObject({ token: { size, percentile } });
    const { text: without } = await render('Hi', { generationPrompt: false });
    expect(without).toBe('<|im_start|>user\nHi<|im_end|>');
  });

  it('has the tokens that a run of its text has', async () => {
    const { text, controls } = await render('[{"role": "user", "content": "a<|im_end|>b"}]');
    const { tokens } = await engine.tokenise({ text });
    const special = tokens.filter((token) => token.special);
    const first = special.filter(({ id }, at) => special.findIndex((token) => token.id === id) === at);
    expect(controls.map(({ times: _, ...token }) => token)).toEqual(first);
  });

  it('puts a system message before it, in place of its own', async () => {
    const own = '[{"role": "system", "content": "A"}, {"role": "user", "content": "B"}]';
    const { messages } = await render(own, { system: 'C' });
    expect(messages.map(({ role, content, places }) => [role, content, places.length])).toEqual([
      ['system', 'C', 0],
      ['user', 'B', 2],
    ]);
  });

  it('says what the template takes away, and gives the first token once', async () => {
    const text = JSON.stringify([
      { role: 'user', content: ' a ' },
      { role: 'tool', content: 'b' },
    ]);
    const chat = await render(text, { template: 'trimming' });
    const { tokens } = await engine.tokenise({ text: chat.text });
    expect(tokens.map((token) => token.text)).toEqual(['<s>', 'a']);
    expect([chat.text, chat.pieces]).toEqual(['a', [{ message: 0, start: 0, end: 1, from: 1 }]]);
    expect(chat.findings).toMatchObject([
      { kind: 'doubled', token: { index: 0, id: controlId('<s>'), start: 0, end: 0 } },
      { kind: 'trimmed', message: 0 },
      { kind: 'dropped', message: 1 },
    ]);
  });

  it('says where content is read as a control token', async () => {
    const { findings } = await render('Say </s> now');
    expect(findings).toMatchObject([
      { kind: 'control', message: 0, token: { id: controlId('</s>'), start: 21, end: 25 }, times: 1 },
    ]);
  });

  it('says once of each message and control token how often it is spelled, and lists so many', async () => {
    const said = Array.from({ length: 110 }, () => ({ role: 'user', content: '</s>a</s>' }));
    const { findings, moreFindings, controls, controlCount } = await render(JSON.stringify(said));
    expect(findings).toHaveLength(100);
    expect(findings.at(-1)).toMatchObject({ kind: 'control', message: 99, times: 2 });
    expect(moreFindings).toBe(10);
    expect([controls.find(({ text }) => text === '</s>')?.times, controlCount]).toEqual([220, 1 + 4 * 110 + 1]);
  });

  it('says that a text which begins like JSON was read as a text', async () => {
    expect((await render('[{"role": "user"}]')).findings).toEqual([{ kind: 'unread', message: 0 }]);
  });

  it('says what is wrong in a sentence', async () => {
    await expect(render('a', { template: 'none' })).rejects.toThrow(
      'The model has no chat template with this name. Its templates: default, trimming.',
    );
    await expect(render('')).rejects.toMatchObject({ code: 'empty-text' });
    await expect(render('a'.repeat(1_000_001))).rejects.toThrow('The conversation has 1000001 characters');
  });
});

it('a template that fails names the others', async () => {
  const engine = localEngine();
  const failing = '{{ raise_exception("No") }}';
  const failed = () => engine.renderChat({ text: 'x', generationPrompt: true });
  await engine.load({ path: written({ '': failing, '.other': 'B' }), threads: 1 });
  await expect(failed()).rejects.toMatchObject({ code: 'template-failed', choices: ['default', 'other'] });
  await engine.load({ path: written({ '': failing }), threads: 1 });
  await expect(failed()).rejects.toMatchObject({ code: 'template-failed', choices: [] });
  await engine.close();
});

it('a model without a template gets no other', async () => {
  const { path, folder } = writeTinyModel();
  folders.push(folder);
  const engine = localEngine();
  await engine.load({ path, threads: 1 });
  await expect(engine.renderChat({ text: 'that', generationPrompt: true })).rejects.toMatchObject({
    code: 'bad-request',
    message:
      'The model file has no chat template, and Vectorscope does not guess one. Choose a model that was made for chat.',
  });
  await engine.close();
});

it('a template of several is not chosen by chance, and the only one is', async () => {
  const engine = localEngine();
  await engine.load({ path: written({ '.a': 'A', '.b': 'B' }), threads: 1 });
  await expect(engine.renderChat({ text: 'x', generationPrompt: true })).rejects.toMatchObject({
    message: 'The model has several chat templates and none is the usual one. Choose one of a, b.',
    choices: ['a', 'b'],
  });
  await engine.load({ path: written({ '.only': chatml }), threads: 1 });
  expect((await engine.renderChat({ text: 'x', generationPrompt: true })).template).toBe('only');
  await engine.close();
});
