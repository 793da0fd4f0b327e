import { rmSync } from 'node:fs';
import * as v from 'valibot';
import { afterAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { defaultModel } from '../../../src/shared/defaultModel';
import type { Inspection } from '../../../src/shared/inspection';
import { fit, wordsOf } from '../../../src/tools/fit';
import { tools } from '../../../src/tools/list';
import { writeChatModel } from '../support/chatModel';
import { defaultEngine, modelPath } from '../support/engine';
import { loadedFamily } from '../support/families';
import { call } from '../support/toolCall';

const text = 'The capital of France is';
const toolOf = (name: string) => tools.find((tool) => tool.name === name) ?? expect.fail(`There is no tool ${name}.`);

async function ask(name: string, given: object) {
  const engine = await defaultEngine();
  const model = await engine.load({ path: modelPath, sha256: defaultModel.sha256 });
  return call(toolOf(name), given, { engine, model, control: {} });
}
const askJson = async <T = Inspection>(name: string, given: object): Promise<T> =>
  (await ask(name, given)).json(1000) as T;

/** Text and JSON as an agent gets them. */
async function served(name: string, given: object): Promise<{ readonly text: string; readonly json: string }> {
  const budget = { most: Infinity, count: (all: string) => all.length, origin: '', structured: true } as const;
  const { text, json } = await fit(await ask(name, given), budget);
  return { text, json: json ?? '' };
}

/** Calls of every kind of answer. */
const calls: readonly (readonly [string, object])[] = [
  ['tokens', { text: `${text} 🦉`, with: ['o200k_base'] }],
  ['tokens', { messages: [{ role: 'user', content: 'Hi <|im_end|>' }], details: true }],
  ['predict', { text, top: 3, candidates: [' Paris', 7] }],
  ['predict', { messages: [{ role: 'user', content: 'Hi' }] }],
  ['neighbours', { token: ' king', centred: true }],
  ['neighbours', { token: ' king', against: ' queen' }],
  ['neighbours', { vector: 'h - mean(king, r12)', text }],
  ['why', { text, a: ' Paris', b: ' London' }],
  ['why', { text, a: ' Paris', b: ' London', limit: 3, details: true }],
  ['find', { query: 'Capital', count: 3 }],
  ['model', {}],
];

describe('an answer', () => {
  it.each(calls)('of %s is told by its schema, key by key, and is no JSON in words: %j', async (name, given) => {
    const { text: words, json } = await served(name, given);
    const answer: unknown = JSON.parse(json);
    expect(v.parse(toolOf(name).output, answer)).toEqual(answer);
    expect(words).not.toMatch(/[{}]|undefined|NaN|null/);
  });

  it('of why names what stands in the place of attention', async () => {
    const { engine, info } = await loadedFamily('qwen35');
    const given = { text: 'of a', a: 5, b: 9, details: true };
    const answer = (await call(toolOf('why'), given, { engine, model: info, control: {} })).json(1000) as Inspection;
    expect(v.parse(toolOf('why').output, answer)).toEqual(answer);
    expect(answer.why?.parts[1]).toMatchObject({ kind: 'attention', of: 'recurrence', layer: 0 });
    expect(answer.why?.sources?.[0]).toMatchObject({ of: 'recurrence', layer: 0 });
  });

  // What the two had in bytes when their text ended with the JSON of every number.
  it.each([
    ['tokens', { text }, 1557],
    ['why', { text, a: ' Paris', b: ' London' }, 10_878],
  ])(
    'of %s is short: its text alone, and with its JSON less than half of what both once were',
    async (name, given, once) => {
      const { text: words, json } = await served(name, given);
      const bytes = (all: string) => new TextEncoder().encode(all).length;
      expect(bytes(words)).toBeLessThanOrEqual(1200);
      expect(bytes(words) + bytes(json)).toBeLessThan(0.5 * once);
    },
  );

  it('has the details that it leaves out on request', async () => {
    const [first] = (await askJson('tokens', { text })).tokens;
    expect(first).toEqual({ id: 504, text: 'The', size: expect.any(Number) as number });
    const whole = (await askJson('tokens', { text, details: true })).tokens[0];
    expect(whole).toMatchObject({ bytes: [84, 104, 101], start: 0, end: 3, special: false });
    const [part] = (await askJson('tokens', { text: '🦉' })).tokens;
    expect(part).toHaveProperty('bytes');
    const why = { text, a: ' Paris', b: ' London' };
    type Told = { readonly why: NonNullable<Inspection['why']> & { readonly others?: { readonly value: number } } };
    const { why: short } = await askJson<Told>('why', why);
    const { why: long } = await askJson<Told>('why', { ...why, details: true });
    const sum = (parts: typeof long.parts) => parts.reduce((all, { value }) => all + value, 0);
    expect([short.parts.length, long.parts.length, short.heads, long.heads.length]).toEqual([12, 62, undefined, 30]);
    expect(sum(short.parts) + (short.others?.value ?? NaN)).toBeCloseTo(short.difference, 6);
    expect(sum(long.parts)).toBeCloseTo(long.difference, 6);
    expect(wordsOf(await ask('why', why), 12)).toMatch(/\nwhy\.others\ncount\tvalue\n50\t−0\.77\d*$/);
  });
});

describe('a token', () => {
  it('is a text as a string and an id as a number', async () => {
    const tokenOf = async (token: string | number) =>
      (await askJson<{ readonly token: object }>('neighbours', { token, neighbours: 1 })).token;
    expect(await tokenOf('7')).toMatchObject({ id: 39, text: '7' });
    expect(await tokenOf(7)).toMatchObject({ id: 7, text: '<gh_stars>' });
    await expect(ask('neighbours', { token: '504' })).rejects.toThrow(/An id is a number without quotes\.$/);
    const { total, tokens } = await askJson<{ total: number; tokens: object[] }>('find', { query: '7' });
    expect([total, tokens]).toEqual([1, [{ id: 39, text: '7', size: expect.any(Number) as number }]]);
  });

  it('is compared with another as the list of its neighbours says', async () => {
    type Pair = { readonly against: Record<'euclidean' | 'cosine' | 'dot' | 'angle' | 'size', number> };
    const { against } = await askJson<Pair>('neighbours', { token: ' king', against: ' queen' });
    const { neighbours } = await askJson<{ neighbours: Record<string, { text: string; value: number }[]> }>(
      'neighbours',
      { token: ' king', neighbours: 50 },
    );
    for (const metric of ['euclidean', 'cosine', 'dot'] as const)
      expect(against[metric]).toBe(neighbours[metric]?.find((one) => one.text === ' queen')?.value);
    expect(Math.cos((against.angle * Math.PI) / 180)).toBeCloseTo(against.cosine, 9);
  });
});

describe('a vector', () => {
  it('has as many neighbours as were asked for, its operands among them', async () => {
    const { vector } = await askJson<{ vector: { neighbours: Record<string, unknown[]> } }>('neighbours', {
      vector: 'king - man + woman',
      neighbours: 4,
    });
    expect(Object.values(vector.neighbours).map(({ length }) => length)).toEqual([4, 4, 4]);
  });

  it('may hold h and residuals of a text, which a server would receive', async () => {
    const given = { vector: 'h', text };
    const { vector } = await askJson<{ vector: { size: number; predicted: { text: string }[] } }>('neighbours', given);
    const { predictions } = await askJson('predict', { text });
    expect(vector.size).toBeCloseTo(predictions?.[0]?.hiddenSize ?? NaN, 9);
    expect(vector.predicted[0]?.text).toBe(' Paris');
    expect(toolOf('neighbours').texts(given)).toEqual([text]);
  });
});

it('a candidate has the probability and the rank that it would have in a list of all tokens', async () => {
  const { predictions, candidates } = await askJson<
    Inspection & { readonly candidates: { id: number; rank: number; probability: number }[] }
  >('predict', { text, top: 1000, candidates: [' London', 301, ' the'] });
  const { top } = predictions?.[0] ?? { top: [] };
  expect(candidates.map(({ rank }) => rank)).toEqual([3, 12_544, 2]);
  for (const { id, rank, probability } of candidates)
    if (rank <= top.length) {
      expect(top[rank - 1]?.id).toBe(id);
      expect(probability).toBeCloseTo(top[rank - 1]?.probability ?? NaN, 8);
    } else expect(probability).toBeLessThan(top.at(-1)?.probability ?? 0);
});

describe('a text that is longer than the model reads', () => {
  const { path, folder } = writeChatModel({}, { addsFirst: true });
  const engine = localEngine();
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });
  // Each byte is a token, and the model reads 64.
  const long = Array.from({ length: 50 }, (_, i) => String.fromCharCode(97 + (i % 26), 65 + (i % 24))).join('');
  const answered = async (name: string, given: object) =>
    (await call(toolOf(name), given, { engine, model: await engine.load({ path }), control: {} })).json(
      1000,
    ) as Inspection;

  it('is run from its end on, after the token that the model adds', async () => {
    const cut = await answered('predict', { text: long });
    expect(cut.leftOut).toBe(37);
    expect(cut.tokens.map((token) => token.text).join('')).toBe(`<s>${long.slice(37)}`);
    const { predictions } = await answered('predict', { text: long.slice(37) });
    expect(cut.predictions).toEqual(predictions?.map((one) => ({ ...one, index: 100 })));
  });

  it.each([1, 2, 5, 64, 100])('by an argument too: %d', async (limit) => {
    const { tokens, leftOut } = await answered('predict', { text: long, limit });
    const run = Math.max(2, Math.min(64, limit));
    expect([tokens.length, leftOut]).toEqual([run, 101 - run]);
    expect(tokens.map((token) => token.text).join('')).toBe(`<s>${long.slice(101 - run)}`);
  });

  it('is counted in full', async () => {
    expect(await answered('tokens', { text: long, limit: 0 })).toMatchObject({ count: 100, tokens: [], leftOut: 101 });
    expect(await answered('why', { text: long, a: 1, b: 2 })).toMatchObject({ leftOut: 37, why: { position: 100 } });
  });

  it('is not cut within a character', async () => {
    const { tokens, leftOut } = await answered('predict', { text: 'a🦉', limit: 2 });
    expect([tokens.length, leftOut]).toEqual([5, 1]);
  });
});
