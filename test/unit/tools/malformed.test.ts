import { randomLcg } from 'd3-random';
import { describe, expect, it } from 'vitest';
import { defaultModel } from '../../../src/shared/defaultModel';
import { EngineError } from '../../../src/shared/errors';
import { checked, sentenceOf } from '../../../src/tools/arguments';
import { compare } from '../../../src/tools/compare';
import { toolsOfTwo } from '../../../src/tools/compare';
import { fit, wordsOf } from '../../../src/tools/fit';
import { tools } from '../../../src/tools/list';
import { model as modelTool } from '../../../src/tools/model';
import { neighbours } from '../../../src/tools/neighbours';
import { predict } from '../../../src/tools/predict';
import { tokens } from '../../../src/tools/tokens';
import type { Tool } from '../../../src/tools/tool';
import { why } from '../../../src/tools/why';
import { defaultEngine, modelPath } from '../support/engine';
import { call } from '../support/toolCall';

const random = randomLcg(0.2);
const one = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

const text = 'The capital of France is';
const right: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  tokens: { text },
  predict: { text },
  matters: { text },
  continue: { text },
  neighbours: { token: ' Paris' },
  why: { text, a: ' Paris', b: ' London' },
  look: { text, head: '23.4' },
  compare: { text },
  blame: { text },
  find: { query: 'capital' },
  model: {},
};
const wrongText = [null, 5, true, [], {}, '', 'x'.repeat(200_000), 'half \ud83d', '\udc00 half'];
const wrongWhole = [null, '5', true, [], {}, -1, 0, 1.5, NaN, Infinity, 1e9, 1001 * 9];
const wrongToken = [
  null,
  true,
  [],
  {},
  '',
  -1,
  0.5,
  1e12,
  1_000_000_000,
  999_999,
  '999999',
  'not one token of it',
  'half \ud83d',
  'x'.repeat(200_000),
];
const wrong: Readonly<Record<string, readonly unknown[]>> = {
  text: wrongText,
  messages: [[{ role: 'user', content: 'Hi' }], [], {}, [null], [[]], [{ role: 5 }], 'Hi', null],
  template: ['x', 5, null],
  generationPrompt: [true, null, 'yes'],
  token: wrongToken,
  query: wrongText,
  against: wrongToken,
  candidates: [null, 'x', {}, ['not one token of it'], [[]], [-1], Array.from({ length: 101 }, () => 5)],
  details: [null, 'yes', 1, {}],
  by: ['words', 5, null],
  reverse: ['yes', null, 1],
  vector: [null, 5, true, [], {}, '', 'king -', 'man + h', 'kng', 'x'.repeat(1001), 'half \ud83d'],
  a: wrongToken,
  b: wrongToken,
  top: wrongWhole,
  temperature: [null, '1', -0.5, NaN, Infinity, []],
  topP: [null, '1', -0.5, 1.5, NaN, {}],
  seed: [null, '1', -1, 0.5, 2 ** 32],
  answer: [null, 5, '', 'half \ud83d'],
  requests: [null, '5', -1, 0.5, 1e9],
  stop: [null, 5, '', 'half \ud83d'],
  neighbours: wrongWhole,
  limit: [null, '5', true, [], {}, -1, 1.5, NaN, Infinity, 1e9, 1001 * 9],
  count: wrongWhole,
  position: [null, '0', -1, 0.5, 8192, []],
  centred: [null, 'yes', 1, {}],
  plain: [null, 'yes', 1, {}],
  with: [null, 'gpt-4', 5, [7], [''], ['//other/model.gguf'], Array(5).fill('gpt-4')],
  space: [null, 'both', 5],
  top_k: [5],
  proto: [{}],
  head: [null, 5, '23', '23.4.1', 'n23.4', '', {}, '\ud83d'],
};
const own: Readonly<Record<string, readonly string[]>> = {
  tokens: ['text', 'messages', 'template', 'limit', 'plain', 'with', 'details', 'top_k'],
  predict: ['text', 'messages', 'generationPrompt', 'top', 'limit', 'plain', 'candidates', 'details', 'top_k'],
  matters: ['text', 'messages', 'by', 'answer', 'position', 'requests', 'limit', 'top'],
  continue: ['text', 'messages', 'count', 'temperature', 'topP', 'seed', 'stop', 'limit', 'top_k'],
  neighbours: ['token', 'vector', 'against', 'neighbours', 'centred', 'space', 'text'],
  why: ['text', 'messages', 'a', 'b', 'limit', 'plain', 'details', 'top'],
  look: ['text', 'messages', 'head', 'position', 'limit', 'plain', 'top'],
  compare: ['text', 'messages', 'position', 'count', 'limit', 'plain', 'top'],
  blame: ['text', 'messages', 'position', 'by', 'reverse', 'limit', 'plain', 'top'],
  find: ['query', 'count', 'text'],
  model: ['text', 'proto'],
};

/** A call with one wrong argument, without one that is needed, or with something else in place of all of them. */
function malformed(): { readonly name: string; readonly given: unknown } {
  const { name } = one(toolsOfTwo);
  const given = { ...right[name] };
  const kind = random();
  const needed = Object.keys(given);
  if (kind < 0.1) return { name, given: one([[], 'text', 5, true]) };
  if (kind < 0.2 && needed.length > 0) {
    delete given[one(needed)];
    return { name, given };
  }
  const key = one(own[name] ?? []);
  return { name, given: { ...given, [key]: one(wrong[key] ?? []) } };
}

describe('a malformed call', () => {
  it('is refused with a sentence that says what to change, 200 times', async () => {
    const engine = await defaultEngine();
    const model = await engine.load({ path: modelPath, sha256: defaultModel.sha256 });
    for (let i = 0; i < 200; i++) {
      const { name, given } = malformed();
      const tool = toolsOfTwo.find((one) => one.name === name);
      if (!tool) throw new Error('There is no such tool.');
      const what = `${i}: ${name} ${JSON.stringify(given).slice(0, 200)}`;
      const error: unknown = await call(tool, given, { engine, model, control: {} }).then(
        () => new Error('was answered'),
        (thrown: unknown) => thrown,
      );
      expect(error, what).toBeInstanceOf(EngineError);
      expect((error as EngineError).code, what).toBe('bad-request');
      const sentence = sentenceOf(error);
      expect(sentence, what).not.toContain('There is no second model');
      expect(sentence, what).toMatch(/^[“a-zAT_].*[.]$/s);
      expect(sentence, what).not.toMatch(/internal|undefined|NaN entries|Invalid|\bat \w+ \(|Error/);
      expect(sentence, what).not.toMatch(/\p{Surrogate}/u);
      expect(sentence.length, what).toBeLessThan(400);
    }
  });

  it.each([
    [
      predict,
      { prompt: 'x' },
      'There is no argument prompt. The arguments are text, messages, template, generationPrompt, plain, top, candidates, limit.',
    ],
    [
      why,
      { text },
      'a is missing. b is missing. The arguments are text, messages, template, generationPrompt, plain, a, b, limit, details.',
    ],
    [modelTool, { text }, 'There is no argument text. This tool takes no arguments.'],
    [predict, [], 'The arguments are a list. Give an object.'],
    [neighbours, {}, 'token or vector is missing. Give one of the two.'],
    [neighbours, { token: 5, vector: 'a' }, 'token and vector are both given. Give one of the two.'],
    [
      neighbours,
      { token: 5, text },
      'A text is read for h and residuals such as r12 in vector. Leave it out with token.',
    ],
    [neighbours, { vector: 'a', against: 5 }, 'against is compared with token. Leave it out with vector.'],
    [modelTool, [], 'The arguments are a list. Give an object.'],
    [predict, 5, 'The arguments are 5. Give an object.'],
    [predict, { text, top: 0 }, 'top is 0. Give a whole number from 1 to 1000.'],
    [compare, { text, position: -1 }, 'position is -1. Give a whole number from 0 to 8191.'],
    [
      compare,
      { text, b: 1 },
      'There is no argument b. The arguments are text, messages, template, generationPrompt, plain, position, limit, count.',
    ],
  ])('names the arguments that there are, once: %#', (tool, given, sentence) => {
    expect(() => checked(tool as Tool, given)).toThrow(
      expect.objectContaining({ code: 'bad-request', message: sentence }),
    );
  });

  it('tells nothing of a fault within', () => {
    for (const error of [
      new TypeError('x is not a function'),
      new EngineError('internal', 'The engine failed: RangeError.'),
    ])
      expect(sentenceOf(error)).toMatch(/^Vectorscope could not compute this\. Try /);
  });

  it('does not stand in the way of the right ones', async () => {
    const engine = await defaultEngine();
    const model = await engine.load({ path: modelPath, sha256: defaultModel.sha256 });
    for (const tool of tools) {
      const found = await call(tool, right[tool.name], { engine, model, control: {} });
      for (const budget of [100, 700, 3000]) {
        const { text } = await fit(found, { most: budget, count: (text) => text.length, origin: '' });
        expect(text.length).toBeLessThanOrEqual(budget);
      }
    }
  });

  it('names each list that a cut answer to why leaves out', async () => {
    const engine = await defaultEngine();
    const model = await engine.load({ path: modelPath, sha256: defaultModel.sha256 });
    const tool = tools.find(({ name }) => name === 'why');
    if (!tool) throw new Error('There is no such tool.');
    const { text } = await fit(await call(tool, { ...right['why'], details: true }, { engine, model, control: {} }), {
      most: 3000,
      count: (all) => all.length,
      origin: 'Ask for more.',
    });
    expect(text).toMatch(/Left out to fit the budget: \d+ of 62 why\.parts, \d+ of 30 why\.heads\. Ask for more\.$/);
  });

  it('is told how to spell a space if the caller copied it from a table', async () => {
    const engine = await defaultEngine();
    const model = await engine.load({ path: modelPath, sha256: defaultModel.sha256 });
    await expect(call(neighbours, { token: '·king' }, { engine, model, control: {} })).rejects.toThrow(
      '“·king” is not one token of this model: it is cut into · (8547), king (644); give a text of one token, with its space, or an id. Write a space where a table shows ·.',
    );
  });

  it.each([
    [predict, { text, limit: 3 }, 'The model reads only the last 3 of 5 tokens: 2 are dropped from the beginning.'],
    [
      why,
      { text, a: 1, b: 2, limit: 3 },
      'The model reads only the last 3 of 5 tokens: 2 are dropped from the beginning.',
    ],
    [tokens, { text, limit: 3 }, '3 of 5 tokens are listed. Raise limit to list more.'],
  ])('says of the tokens beyond limit what became of them: %#', async (tool, given, sentence) => {
    const engine = await defaultEngine();
    const model = await engine.load({ path: modelPath, sha256: defaultModel.sha256 });
    expect(wordsOf(await call(tool as Tool, given, { engine, model, control: {} }), 10)).toContain(sentence);
  });
});
