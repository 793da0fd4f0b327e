import { describe, expect, it } from 'vitest';
import type { LoadedEngine } from '../../../src/cli/program';
import { wordsOf } from '../../../src/tools/fit';
import { mattersTool } from '../../../src/tools/matters';
import { callInspect } from '../support/commandLine';
import { defaultEngine, modelPath } from '../support/engine';
import { call } from '../support/toolCall';

const text = 'The capital of France is';
const only = ['--neighbours', '0', '--top', '0'];

interface Printed {
  readonly matters: {
    readonly by: string;
    readonly answer: readonly { readonly text: string }[];
    readonly bits: number;
    readonly parts: readonly {
      readonly start: number;
      readonly end: number;
      readonly text: string;
      readonly bits: number;
      readonly change: number;
    }[];
  };
  readonly edge?: { readonly index: number; readonly whole: { readonly text: string } };
}

async function json(...args: readonly string[]): Promise<Printed> {
  const { code, out, err } = await callInspect([...args, '--json']);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as Printed;
}

async function loaded(): Promise<LoadedEngine> {
  const engine = await defaultEngine();
  return { engine, model: await engine.load({ path: modelPath }) };
}

describe('--matters', () => {
  it('ranks the parts by what the answer costs without them', async () => {
    const { matters } = await json(text, ...only, '--matters', 'word');
    expect([matters.by, matters.answer.map((token) => token.text)]).toEqual(['word', [' Paris']]);
    expect(matters.parts.map((part) => part.text).toSorted()).toEqual([' France', ' capital', ' is', ' of', 'The']);
    for (const { start, end, text: own, bits, change } of matters.parts) {
      expect(text.slice(start, end)).toBe(own);
      expect(bits - matters.bits).toBeCloseTo(change, 12);
    }
    const sizes = matters.parts.map(({ change }) => Math.abs(change));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });

  it('sums the bits of an answer of several tokens, and prints a table', async () => {
    const { matters } = await json(text, ...only, '--matters', 'token', '--answer', ' London, I think');
    expect(matters.answer.map((token) => token.text)).toEqual([' London', ',', ' I', ' think']);
    const { out } = await callInspect([text, ...only, '--matters', 'token', '--answer', ' London']);
    expect(out).toMatch(/·London costs [\d.]+ bits after the text\. “.*” carries it most: without this token it costs/);
    expect(out).toMatch(/\nwithout this token +bits +change/);
  });

  it.each([
    [[text, '--matters', 'message'], 'Only a conversation has messages.'],
    [[text, '--matters', 'sentence'], 'Without this part nothing of the text is left to predict from.'],
    [['The', '--matters', 'token'], 'Without this part nothing of the text is left to predict from.'],
    [[text, '--answer', ' Paris'], '--answer is about --matters.'],
    [[text, '--matters', 'token', '--answer', ''], 'It is empty.'],
  ])('refuses %j', async (args, sentence) => {
    const { code, err } = await callInspect(args);
    expect(code).not.toBe(0);
    expect(err).toContain(sentence);
  });
});

it('a text that ends inside a word, or in a space, says so', async () => {
  const { edge } = await json('The capital of Fran', '--neighbours', '0', '--top', '1');
  expect(edge).toMatchObject({ index: 3, whole: { text: ' France' } });
  const { out } = await callInspect([`${text} `, '--top', '1']);
  expect(out).toContain('The text ends in a space. After ·is the model gives ·Paris 0.773, and what');
  expect((await json(text, '--neighbours', '0', '--top', '1')).edge).toBeUndefined();
});

describe('the tool matters', () => {
  it('answers as the command line does, and cuts by what the text is', async () => {
    const { engine, model } = await loaded();
    const answer = await call(mattersTool, { text }, { engine, model, control: {} });
    const { matters } = await json(text, ...only, '--matters', 'token');
    expect(answer.json(3)).toMatchObject({ matters: { ...matters, parts: matters.parts.slice(0, 3) } });
    expect(wordsOf(answer, Infinity)).toContain('·Paris costs 0.3723 bits after the text.');
  });

  it('sends a server no more requests than it was allowed', async () => {
    const { engine, model } = await loaded();
    const server = { address: 'http://127.0.0.1:8080', kind: 'llama.cpp', gives: 'hidden' } as never;
    await expect(
      call(mattersTool, { text, requests: 4 }, { engine, model: { ...model, server }, control: {} }),
    ).rejects.toThrow('Leaving out each token sends 5 requests to the server. Give requests 5');
  });
});
