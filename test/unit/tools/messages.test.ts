import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { EngineError } from '../../../src/shared/errors';
import type { Inspection } from '../../../src/shared/inspection';
import { checked } from '../../../src/tools/arguments';
import { wordsOf } from '../../../src/tools/fit';
import { predict } from '../../../src/tools/predict';
import { tokens } from '../../../src/tools/tokens';
import { why } from '../../../src/tools/why';
import { writeChatModel } from '../support/chatModel';
import { writeTinyModel } from '../support/tinyModel';
import { call } from '../support/toolCall';

const turn = '<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>';
const prompt = '{% if add_generation_prompt %}<|im_start|>{% endif %}';
const several = writeChatModel(
  {
    '': `{{ bos_token }}{% for m in messages %}${turn}{% endfor %}${prompt}`,
    '.first': '{{ messages[0].content }}',
    '.trimming': '{% for m in messages %}{{ m.content | trim }}{% endfor %}',
    '.raising': '{{ raise_exception("No tools here") }}',
  },
  { addsFirst: true },
);
const none = writeTinyModel();
afterAll(() => [several, none].forEach(({ folder }) => rmSync(folder, { recursive: true })));

const engine = localEngine();
afterAll(() => engine.close());
const loaded = async (path = several.path) => ({ engine, model: await engine.load({ path }), control: {} });

const messages = [
  { role: 'user', content: 'Hi </s>' },
  { role: 'assistant', content: 'Yes' },
];
const doubled = 'The template writes <s>, and the tokenizer adds it too. Here the model gets it once;';
const spelled =
  'Message 1 (user) spells </s> (first: token 11, times: 1). The model gets that control token, not the text.';

describe('messages in place of a text', () => {
  it('are rendered by the template of the model, whose findings come first', async () => {
    const given = { messages, generationPrompt: false };
    const answer = await call(predict, given, await loaded());
    const words = wordsOf(answer, 50);
    expect(words).toContain(
      '\n\nThe chat template default of the model rendered 2 messages. The numbers are about the rendered text.\n',
    );
    expect(words).toContain(doubled);
    expect(words).toContain(spelled);
    expect(words).toContain('\nchat.surprisal.messages\nrole\ttokens\tbits\t');
    const { chat, tokens: read, predictions } = answer.json(50) as Inspection;
    expect(chat).toEqual({
      template: 'default',
      findings: [
        { kind: 'doubled', sentence: expect.stringContaining(doubled) as string },
        { kind: 'control', sentence: spelled },
      ],
      surprisal: expect.objectContaining({
        messages: [expect.objectContaining({ role: 'user' }), expect.objectContaining({ role: 'assistant' })],
      }) as object,
    });
    expect(read.map(({ text }) => text).join('')).toBe(
      '<s><|im_start|>user\nHi </s><|im_end|><|im_start|>assistant\nYes<|im_end|>',
    );
    expect(predictions?.[0]?.index).toBe(read.length - 1);
  });

  it.each([
    ['asks for an answer after the user’s message', { messages: messages.slice(0, 1) }, '</s><|im_end|><|im_start|>'],
    ['goes on with an answer that has begun', { messages }, '<|im_start|>assistant\nYes'],
    ['closes an answer that is whole', { messages, generationPrompt: false }, 'Yes<|im_end|>'],
    ['asks for another answer', { messages, generationPrompt: true }, 'Yes<|im_end|><|im_start|>'],
  ])('end so that the model %s', async (_, given, end) => {
    const answer = await call(tokens, given, await loaded());
    const { tokens: read } = answer.json(1000) as Inspection;
    const rendered = read.map(({ text }) => text).join('');
    expect(rendered.endsWith(end)).toBe(true);
    expect(wordsOf(answer, 5).includes('the model goes on with that')).toBe(end.endsWith('\nYes'));
  });

  it('have no part and no control token beyond the answer that goes on', async () => {
    await loaded();
    const request = { text: JSON.stringify(messages), generationPrompt: false, continues: true } as const;
    const { text, bands, controls, controlCount } = await engine.renderChat(request);
    expect(text.endsWith('<|im_start|>assistant\nYes')).toBe(true);
    expect(bands.map(({ message, end }) => [message, end]).at(-1)).toEqual([1, text.length]);
    expect(bands).toHaveLength(2);
    expect(controls.reduce((sum, { times }) => sum + times, 0)).toBe(controlCount);
    expect(controlCount).toBe(5);
  });

  it('cannot be continued where the template hides the last one', async () => {
    const given = { messages: [...messages, { role: 'assistant', content: 'Y' }], template: 'first' };
    await expect(call(tokens, given, await loaded())).rejects.toThrow(
      'The chat template leaves out or changes the last message, so it cannot be continued. End with a message of the user.',
    );
  });

  it('may have contents of several parts', async () => {
    const parts = messages.map(({ role, content }) => ({
      role,
      content: Array.from(content, (text) => ({ type: 'text', text })),
    }));
    const [whole, inParts] = [{ messages }, { messages: parts }];
    const of = async (given: object) => (await call(tokens, given, await loaded())).json(1000);
    expect(await of(inParts)).toEqual(await of(whole));
    expect(predict.texts(checked(predict, inParts))).toEqual(['user: Hi </s>\nassistant: Yes']);
  });

  it('are counted by other tokenizers without the markup of the template', async () => {
    const answer = await call(
      tokens,
      { messages: [{ role: 'user', content: 'Hi' }], with: ['gpt-4o'] },
      await loaded(),
    );
    expect(answer.json(1000)).toMatchObject({
      tokenizers: [
        {},
        { name: 'o200k_base', count: 1 },
        { name: 'cl100k_base', count: 1 },
        { name: 'r50k_base', count: 1 },
      ],
    });
    expect(wordsOf(answer, 5)).toContain('The other tokenizers count the contents alone, without markup.');
  });

  it('say so where the template changes nothing, in the other tools too', async () => {
    const given = { messages: [{ role: 'user', content: 'Hi' }], template: 'trimming' };
    const said = 'rendered 1 message. The numbers are about the rendered text.\nThe template “trimming” writes every';
    expect(wordsOf(await call(tokens, given, await loaded()), 5)).toContain(said);
    expect(wordsOf(await call(why, { ...given, a: 1, b: 2 }, await loaded()), 5)).toContain(said);
  });

  it('need a template of the model', async () => {
    const ask = async (given: object, path?: string) => call(predict, { messages, ...given }, await loaded(path));
    await expect(ask({}, none.path)).rejects.toThrow(
      'The model file has no chat template, and Vectorscope does not guess one. Choose a model that was made for chat.',
    );
    await expect(ask({ template: 'rag' })).rejects.toThrow(
      'The model has no chat template with this name. Its templates: default, first, trimming, raising.',
    );
    await expect(ask({ template: 'raising' })).rejects.toThrow(
      'The chat template ends with an error: “No tools here”.',
    );
  });

  const one = (message: unknown) => ({ messages: [message] });
  it.each([
    [{}, 'text or messages is missing. Give one of the two.'],
    [{ text: 'a', messages }, 'text and messages are both given. Give one of the two.'],
    [{ text: 'a', template: 'b' }, 'template and generationPrompt are about messages. Leave them out with text.'],
    [
      { text: 'a', generationPrompt: false },
      'template and generationPrompt are about messages. Leave them out with text.',
    ],
    [
      { messages, plain: true },
      'plain is about text: a chat template writes control tokens. Leave it out with messages.',
    ],
    [{ messages: 'Hi' }, 'messages is "Hi". Give a list of objects with role and content.'],
    [{ messages: {} }, 'messages is Object. Give a list of objects with role and content.'],
    [{ messages: [] }, 'messages is empty. Give at least one message.'],
    [{ messages: Array.from({ length: 1001 }, () => messages[0]) }, 'messages has 1,001 entries. Give at most 1000.'],
    [one('Hi'), 'A message is "Hi". Give an object with role and content.'],
    [one({ role: 'user' }), 'The content of a message is missing.'],
    [one({ role: 5, content: '' }), 'The role of a message is 5. Give a string.'],
    [one({ role: '', content: '' }), 'The role of a message is empty. Give at least one character.'],
    [one({ role: 'user', content: ['a'] }), 'A part of a content is "a". Give {"type": "text", "text": "…"}.'],
    [one({ role: 'user', content: 5 }), 'The content of a message is 5. Give a string, or a list of parts.'],
    [
      one({ role: 'user', content: [{ type: 'image_url', image_url: 'x' }] }),
      'A part of a content is "image_url". Give {"type": "text", "text": "…"}.',
    ],
    [
      one({ role: 'user', content: '\ud83d' }),
      'The content of a message is not valid Unicode. Half of a surrogate pair stands alone in it. Send whole characters.',
    ],
    [one({ role: 'user', content: 'a', name: 'b' }), 'A message has no name. Give its role and its content alone.'],
    [
      { messages: Array.from({ length: 2 }, () => ({ role: 'user', content: 'x'.repeat(10_001) })) },
      'The messages together have more than 20,000 characters. Give fewer or shorter ones.',
    ],
    [{ messages, template: '' }, 'template is empty. Give at least one character.'],
    [{ messages, generationPrompt: 'no' }, 'generationPrompt is "no". Give true or false.'],
  ])('are refused in a sentence where they are wrong: %#', (given, sentence) => {
    expect(() => checked(predict, given)).toThrow(new EngineError('bad-request', sentence));
  });
});
