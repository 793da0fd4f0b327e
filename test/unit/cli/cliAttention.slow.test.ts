import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Inspection } from '../../../src/shared/inspection';
import { callInspect } from '../support/commandLine';
import { writeTinyModel } from '../support/tinyModel';

const text = 'The capital of France is';
const paris = '7042';
const only = ['--neighbours', '0', '--top', '0'];
const family = (name: string) => [
  '--model',
  fileURLToPath(new URL(`../../fixtures/families/${name}.gguf`, import.meta.url)),
];

const json = async (...args: readonly string[]): Promise<Inspection> => {
  const { code, out, err } = await callInspect([...args, ...only, '--json']);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as Inspection;
};

describe('--attention with --json', () => {
  it('adds one object a head in the order asked for, with all positions', async () => {
    const { attention = [], ...rest } = await json(text, '--attention', '24.4, 3.0');
    expect(Object.keys(rest)).toEqual(['model', 'leftOut', 'tokens', 'provenance']);
    expect(attention.map((head) => Object.keys(head))).toEqual([
      ['layer', 'head', 'rows', 'size'],
      ['layer', 'head', 'rows', 'size'],
    ]);
    expect(attention.map(({ layer, head }) => [layer, head])).toEqual([
      [24, 4],
      [3, 0],
    ]);
    for (const { rows, size } of attention) {
      expect(rows.map((row) => row.length)).toEqual([1, 2, 3, 4, 5]);
      rows.forEach((row) => expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12));
      expect(size).toHaveLength(5);
    }
  });

  it('adds pushes of all heads, which sum to those of attention', async () => {
    const { attention = [], push } = await json(text, '--attention', 'all', '--push', paris);
    expect(attention).toHaveLength(270);
    push?.attention.forEach((positions, layer) =>
      positions.forEach((whole, i) => {
        const heads = attention.filter((head) => head.layer === layer);
        expect(heads.reduce((sum, head) => sum + (head.push?.[i] ?? NaN), 0)).toBeCloseTo(whole, 4);
      }),
    );
  });

  it('adds the output bias of a family that has one, as a part of its own', async () => {
    const found = await json('of a', '--attention', '1.0,0.1', '--push', '5', ...family('gpt2'));
    expect(Object.keys(found)).toEqual([
      'model',
      'leftOut',
      'tokens',
      'push',
      'provenance',
      'attention',
      'attentionBias',
    ]);
    expect(found.attentionBias?.map(({ layer }) => layer).sort()).toEqual([0, 1]);
    expect(Object.keys(found.attentionBias?.[0] ?? {})).toEqual(['layer', 'size', 'push']);
  });

  it('ends where the run does', async () => {
    const { attention, tokens } = await json(text, '--attention', '0.0', '--limit', '1');
    expect([tokens.length, attention?.[0]?.rows]).toEqual([5, [[1]]]);
  });
});

describe('--attention as a table', () => {
  it('shows the heads at the last position, and what they look at most', async () => {
    const { code, out } = await callInspect([text, ...only, '--attention', '23.4,29.1', '--push', paris]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /\nAttention at ·is \(5\); layers and heads count from 0[^\n]*\nlayer +head +size +push on ·Paris /,
    );
    expect(out).toMatch(/\n +23 +4 +\d+\.\d{3} +\d\.\d{3} +·France +\(4\) +0\.9\d\d\n +29 +1 /);
  });

  it('begins with the largest of all', async () => {
    const { out } = await callInspect([text, ...only, '--attention', 'all']);
    const sizes = [...out.matchAll(/^ +\d+ +\d+ +(\d+\.\d{3}) .*\(\d\) +\d\.\d{3}$/gm)].map(([, size]) => Number(size));
    expect(sizes).toHaveLength(20);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(out).toContain('the 20 of 270 parts with the largest size');
  });

  it('has a line for a bias', async () => {
    const { out } = await callInspect(['of a', ...only, '--attention', '1.0', ...family('gpt2')]);
    expect(out).toMatch(/\n +1 +bias +\d+\.\d{3}\n\n/);
  });
});

describe('--attention that goes wrong', () => {
  const { path, folder } = writeTinyModel();
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['2.0', 1, /^layer is 2\. Give 0 to 1\.\n$/],
    ['0.2', 1, /^head is 2\. Give 0 to 1\.\n$/],
    ['0', 2, /“0” is not a head\. Give a layer and a head/],
    ['1.1,', 2, /“” is not a head\. Give/],
    ['-1.0', 2, /“-1\.0” is not a head\. Give/],
  ])('%s is told in one sentence', async (heads, code, sentence) => {
    for (const form of [[], ['--json']])
      expect(await callInspect(['The', ...only, `--attention=${heads}`, '--model', path, ...form])).toEqual({
        code,
        out: '',
        err: expect.stringMatching(sentence) as string,
      });
  });

  it.each([['all'], ['0.0']])('%s is refused with the geometry alone', async (heads) => {
    for (const form of [[], ['--json']])
      expect(
        await callInspect(['The', ...only, '--geometry', '--attention', heads, '--model', path, ...form]),
      ).toMatchObject({ code: 1, err: expect.stringMatching(/^Only the tokenizer and the two matrices/) as string });
  });
});
