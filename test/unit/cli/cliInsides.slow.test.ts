import { describe, expect, it } from 'vitest';
import type { Inspection } from '../../../src/shared/inspection';
import { callInspect } from '../support/commandLine';

// The same product inside the model: `--scores`, `--neurons` and `--neuron`.

const text = 'The capital of France is';
const only = ['--neighbours', '0', '--top', '0'];
const json = async (...args: readonly string[]): Promise<Inspection> => {
  const { code, out, err } = await callInspect([text, ...args, ...only, '--json']);
  expect([code, err]).toEqual([0, '']);
  expect(out).not.toMatch(/NaN|Infinity/);
  return JSON.parse(out) as Inspection;
};

describe('--scores', () => {
  it('has for each head the sizes by position, and rows whose softmax are the weights of --attention', async () => {
    const { scores = [], attention = [] } = await json('--scores', '23.4,10.2', '--attention', '23.4,10.2');
    expect(scores.map((one) => Object.keys(one))).toEqual(
      [0, 1].map(() => ['layer', 'head', 'scale', 'q', 'k', 'cosine', 'score', 'unrotated', 'rows']),
    );
    for (const [at, { q, k, cosine, score, scale, rows }] of scores.entries()) {
      expect([q.length, k.length, scale]).toEqual([5, 5, 0.125]);
      rows.forEach((row, i) => {
        row.forEach((weight, j) => expect(weight).toBeCloseTo(attention[at]?.rows[i]?.[j] ?? NaN, 6));
        const powers = (score[i] ?? []).map((one) => Math.exp(one ?? -Infinity));
        const sum = powers.reduce((all, power) => all + power, 0);
        powers.forEach((power, j) => expect(power / sum).toBeCloseTo(row[j] ?? NaN, 6));
        (score[i] ?? []).forEach((one, j) =>
          expect(one).toBeCloseTo((q[i] ?? NaN) * (k[j] ?? NaN) * (cosine[i]?.[j] ?? NaN) * scale, 5),
        );
      });
    }
  });

  it('says in a table what makes the key win', async () => {
    const { out } = await callInspect([text, ...only, '--scores', '23.4']);
    expect(out).toContain('Head 23.4 looks at ·France (0.90). By distance and by angle it would look at The.');
    expect(out).toMatch(/4 +·France +13\.44 +78\.6° +17\.84 +\+4\.88 +\+4\.94 +0\.903\n/);
  });
});

describe('--neurons and --neuron', () => {
  it('list the strongest, and sum each layer to what --push says of it', async () => {
    const { neurons = [], neuronSums = [], push } = await json('--neurons', '3', '--push', '7042');
    expect(neurons.map(({ layer, index }) => [layer, index])).toEqual([
      [29, 864],
      [29, 1429],
      [24, 1005],
    ]);
    const { gate, up, column, fired } = neurons[2] ?? {};
    expect([gate, up, column].map((one) => Object.keys(one ?? {}))).toEqual([
      ['size', 'cosine', 'product'],
      ['size', 'cosine', 'product'],
      ['size', 'cosine', 'centredCosine'],
    ]);
    expect(fired).toBeCloseTo(-19.21, 2);
    neuronSums.forEach(({ layer, push: sum }) => expect(sum).toBeCloseTo(push?.feedForward[layer]?.[4] ?? NaN, 4));
  });

  it('show one at all positions, with the rows that it reads and writes, or leave it out', async () => {
    expect((await json('--without', 'n24.1005')).without).toEqual(['n24.1005']);
    const { neuron } = await json('--neuron', 'n24.1005');
    expect(neuron?.fired).toHaveLength(5);
    expect(neuron?.writes.opposite.cosine[0]).toMatchObject({
      text: ' cities',
      value: expect.closeTo(0.1138, 4) as number,
    });
    expect(neuron?.reads.along.cosine[0]).toMatchObject({ text: ' town' });
  });

  it.each([
    [['--neuron', 'n24'], 2, /“n24” is not a neuron\. Give a layer and a neuron, both from 0, as in n23\.1021\./],
    [['--neuron', 'n24.1536'], 1, /^neuron is 1536\. Give 0 to 1535\.\n$/],
    [['--neuron', 'n30.0'], 1, /^layer is 30\. Give 0 to 29\.\n$/],
    [['--scores', 'all'], 2, /“all” is not a head\. Give a layer and a head/],
    [['--neurons', '0'], 2, /0 is not a whole number from 1 to 1000\./],
    [['--neurons', '3', '--without', '23.4'], 2, /cannot be used with/],
  ])('%s is told in one sentence', async (args, code, sentence) => {
    const found = await callInspect([text, ...only, ...args]);
    expect([found.code, found.out]).toEqual([code, '']);
    expect(found.err).toMatch(sentence);
  });
});
