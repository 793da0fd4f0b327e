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

describe('a layer without heads', () => {
  const lfm2 = ['of a', ...family('lfm2')];
  const printed = async (...args: readonly string[]) => (await callInspect([...lfm2, ...only, ...args])).out;

  it.each([
    ['lfm2', 'convolution', [0, 1, 3, 5]],
    ['qwen35', 'recurrence', [0, 2, 3, 5]],
  ])('of %s tells what its output comes from in JSON', async (name, kind, layers) => {
    const args = ['of a of', ...family(name), '--attention', 'all', '--push', '5'];
    const { model, sources = [], attention = [], push, tokens } = await json(...args);
    expect(model.mixers?.flatMap((mixer, layer) => (mixer === 'attention' ? [] : layer))).toEqual(layers);
    expect(sources.map(({ layer, of }) => [layer, of])).toEqual(layers.map((layer) => [layer, kind]));
    expect(attention.some(({ layer }) => layers.includes(layer))).toBe(false);
    for (const { layer, share, push: pushes = [] } of sources) {
      expect([share.length, pushes.length]).toEqual([tokens.length, tokens.length]);
      expect(share.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 5);
      expect(pushes.reduce((sum, one) => sum + one, 0)).toBeCloseTo(push?.attention[layer]?.at(-1) ?? NaN, 4);
    }
    expect((await json(...args.slice(0, -2))).sources?.some((one) => 'push' in one)).toBe(false);
    const { why } = await json('of a of', ...family(name), '--why', '5', '9');
    expect(why?.sources?.map(({ layer, of }) => [layer, of])).toEqual(layers.map((layer) => [layer, kind]));
    for (const { layer, push: pushes = [] } of why?.sources ?? []) {
      const whole = why?.parts.find((part) => part.kind === 'attention' && part.layer === layer)?.value;
      expect(pushes.reduce((sum, one) => sum + one, 0)).toBeCloseTo(whole ?? NaN, 4);
    }
  });

  it('is named by what it is made of in every table', async () => {
    expect(await printed()).toContain('6 layers (attention / convolution)');
    expect(await printed('--attention', 'all')).toContain('\nLayers without heads: convolution in 0, 1, 3, 5\n');
    expect(await printed('--attention', '2.0')).not.toContain('without heads');
    const layers = await printed('--layers');
    expect(layers).toMatch(
      / attention \/ convolution +feed-forward\n +0 [^a-z]+\n +1 .* convolution .*\n.*\n +3 .* attention /,
    );
    expect(await printed('--without', '1.attention,3.feedForward,2.0')).toContain(
      'Run without the convolution of layer 1, the feed-forward of layer 3, 2.0, set to 0',
    );
    expect(await printed('--why', '5', '9')).toMatch(/\nconvolution +3 +−?\d/);
    const patched = await printed('--patch', 'A king a', '--part', 'attention', '--for', '5', '9');
    expect(patched).toMatch(
      /^Outputs of attention \/ convolution [^]*\n convolution 0 .*\n convolution 1 .*\n {3}attention 2 /,
    );
  });

  it.each([
    ['lfm2', 'Layer 1 has a convolution in place of attention, so it has no heads. Layer 2 has.\n'],
    ['qwen35', 'Layer 0 has a recurrence in place of attention, so it has no heads. Layer 1 has.\n'],
  ])('of %s is named where a head of it is asked for', async (name, err) => {
    const at = name === 'lfm2' ? '1' : '0';
    for (const option of [
      ['--attention', `${at}.0`],
      ['--scores', `${at}.0`],
      ['--without', `${at}.0`],
      ['--patch', 'a', '--for', '5', '9', '--part', 'head', '--at', at],
    ])
      expect(await callInspect(['of a', ...family(name), ...only, ...option])).toEqual({ code: 1, out: '', err });
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
