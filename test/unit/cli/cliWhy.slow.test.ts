import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Inspection } from '../../../src/shared/inspection';
import { callInspect } from '../support/commandLine';

const text = 'The capital of France is';
const only = ['--neighbours', '0', '--top', '0'];
const tiny = ['--model', fileURLToPath(new URL('../../fixtures/families/gpt2.gguf', import.meta.url))];

const json = async (...args: readonly string[]): Promise<Inspection> => {
  const { code, out, err } = await callInspect([...args, '--json']);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as Inspection;
};

describe('--why', () => {
  it('takes the difference of two logits apart', async () => {
    const { why } = await json(text, ...only, '--why', ' Paris', '4268');
    if (!why) throw new Error('There is no why.');
    expect(why).toMatchObject({ a: { id: 7042, text: ' Paris' }, b: { id: 4268 }, position: 4 });
    expect(why.logits[0] - why.logits[1]).toBeCloseTo(why.difference, 9);
    expect(why.parts).toHaveLength(62);
    const sum = why.parts.reduce((all, { value }) => all + value, 0);
    expect(Math.abs(sum - why.difference)).toBeLessThanOrEqual(1e-4);
    why.heads.forEach((heads, layer) => {
      const whole = why.parts.find((part) => part.kind === 'attention' && part.layer === layer)?.value;
      expect(heads.reduce((all, push) => all + push, 0)).toBeCloseTo(whole ?? NaN, 4);
    });
  });

  it('is a table of the strongest parts otherwise', async () => {
    const { code, out } = await callInspect([text, ...only, '--why', ' Paris', ' London']);
    expect(code).toBe(0);
    expect(out).toMatch(/Why ·Paris \(7042\) and not ·London \(\d+\) after ·is \(5\)/);
    expect(out).toMatch(/^odds of ·Paris to ·London +61\.9 : 1$/m);
    expect(out).toMatch(/^attention +23 +3\.021$/m);
  });

  it('gives no odds if the model caps its logits', async () => {
    const gemma = ['--model', fileURLToPath(new URL('../../fixtures/families/gemma2.gguf', import.meta.url))];
    const { out } = await callInspect(['of a', ...only, ...gemma, '--why', '5', '9']);
    expect(out).toMatch(/^difference, before the cap +−?\d/m);
    expect(out).not.toContain('odds');
  });

  it('names the tokens with a space that bare words leave out, unless the text ends with one', async () => {
    const hint =
      '--why takes Paris and London without a space before. After a word the token with a space is likelier: “ Paris”, “ London”.';
    const bare = async (given: string) => (await callInspect([given, ...only, '--why', 'Paris', 'London'])).err;
    expect(await bare(text)).toContain(hint);
    expect(await bare(`${text} `)).not.toContain('without a space');
  });

  it('may stand before the text', async () => {
    const { why, tokens } = await json(...only, ...tiny, '--why', '5', '9', 'of a');
    expect([why?.a.id, why?.b.id, why?.position]).toEqual([5, 9, tokens.length - 1]);
  });

  it.each([
    [['--why', '5'], 'error: --why takes two tokens; 1 was given. Give two ids or texts of one token.'],
    [
      ['--why', '5', '6', '--why', '7'],
      'error: --why takes two tokens; 3 were given. Give two ids or texts of one token.',
    ],
    [
      ['--why', '5', ' of a'],
      '“·of·a” is not one token of this model; give a text of one token, with its space, or an id.',
    ],
    [['--why', '5', '5'], '--why was given the token 5 twice; give two different tokens.'],
    [['--why', '5', ''], 'A token of --why is empty; give its id or its text.'],
    [['--why', '5', '999999'], 'There is no token 999999; the vocabulary has the ids 0 to'],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, err } = await callInspect(['of a', ...only, ...tiny, ...args]);
    expect(code).toBe(message.startsWith('error: ') ? 2 : 1);
    expect(err).toContain(message);
  });
});

describe('--lens-all', () => {
  it('adds rows after attention, divergences that end in 0, and the tokens that lead', async () => {
    const { lens, lensAfterAttention, divergence, divergenceAfterAttention, leaders } = await json(
      'of a',
      ...only,
      ...tiny,
      '--lens-all',
    );
    const layers = (lens?.length ?? 0) - 1;
    expect(layers).toBeGreaterThan(0);
    expect([lensAfterAttention, divergence, divergenceAfterAttention].map((rows) => rows?.length)).toEqual([
      layers,
      layers + 1,
      layers,
    ]);
    expect(divergence?.at(-1)?.every((bits) => bits === 0)).toBe(true);
    expect(divergence?.[0]?.at(-1)).toBeGreaterThan(0);
    const first = new Set(lens?.map((row) => row.at(-1)?.[0]?.id));
    expect(new Set(leaders?.map(({ id }) => id))).toEqual(first);
    expect(leaders?.every(({ rank, probability }) => rank.includes(1) && probability.length === layers + 1)).toBe(true);
  });
});

describe('--without', () => {
  it('runs the text without parts, and says so', async () => {
    const whole = await json(text, '--neighbours', '0', '--top', '3', '--layers');
    const parts = ['--without', '24.4', '--without', '29.attention,3.feedForward'];
    const without = await json(text, '--neighbours', '0', '--top', '3', '--layers', ...parts);
    expect(without).toMatchObject({ without: ['24.4', '29.attention', '3.feedForward'], replacedBy: 'zero' });
    expect(without.layers?.residualSize.slice(0, 4)).toEqual(whole.layers?.residualSize.slice(0, 4));
    expect(without.layers?.feedForwardSize[3]).toEqual([0, 0, 0, 0, 0]);
    expect(without.layers?.attentionSize[29]).toEqual([0, 0, 0, 0, 0]);
    expect(without.predictions?.[4]?.hiddenSize).not.toBe(whole.predictions?.[4]?.hiddenSize);
  });

  it('sets them to their mean on request', async () => {
    const found = await json(
      text,
      '--neighbours',
      '0',
      '--top',
      '1',
      '--layers',
      '--without',
      '3.feedForward',
      '--mean',
    );
    expect(found).toMatchObject({ without: ['3.feedForward'], replacedBy: 'mean' });
    const [size, ...others] = found.layers?.feedForwardSize[3] ?? [];
    expect(size).toBeGreaterThan(0);
    for (const other of others) expect(other).toBeCloseTo(size ?? NaN, 6);
  });

  it('names the parts above the tables', async () => {
    const { out } = await callInspect(['of a', ...tiny, '--without', '1.0']);
    expect(out).toContain('Run without 1.0, set to 0; layers, heads, neurons and experts count from 0');
  });

  it('changes what each layer would predict', async () => {
    const whole = await json('of a', ...only, ...tiny, '--lens');
    const without = await json('of a', ...only, ...tiny, '--lens', '--without', '0.feedForward');
    expect(without.lens?.[0]).toEqual(whole.lens?.[0]);
    expect(without.lens?.[1]).not.toEqual(whole.lens?.[1]);
  });

  it.each([
    [['--without', '99.attention'], 'layer is 99. Give 0 to 5.'],
    [['--without', '99.0'], 'layer is 99. Give 0 to 5.'],
    [['--without', '0.99'], 'head is 99. Give 0 to '],
    [['--mean'], 'error: --mean is about --without. Give both, or neither.'],
    [['--without', '0.0', '--push', '5'], "error: option '--without <part>' cannot be used with option '--push <id>'."],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, err } = await callInspect(['of a', ...only, ...tiny, ...args]);
    expect(code).toBe(message.startsWith('error: ') ? 2 : 1);
    expect(err).toContain(message);
  });

  it('says what a part is', async () => {
    const { code, err } = await callInspect(['of a', ...tiny, '--without', '4.x']);
    expect(code).toBe(2);
    expect(err).toContain(
      '“4.x” is not a part of a layer. Give a head as in 23.4, a neuron as in n23.1021, an expert as in e23.5, or 23.attention, or 23.feedForward',
    );
  });
});
