import { describe, expect, it } from 'vitest';
import { probability } from '../../src/shared/format';
import type { Metric } from '../../src/shared/metrics';
import type { RankedToken } from '../../src/shared/tokens';
import type { Steering } from '../../src/shared/vectors/steering';
import { rankWithout, type OwnVector } from '../../src/shared/vectors/vector';
import { visible } from '../../src/tools/text';
import { defaultEngine, idOf } from './support/engine';
import { rowsUnder, textOf } from './support/pages';
import { reference } from './support/reference';

const page = 'docs/14-a-vector-of-your-own.md';
const said = textOf(page).replaceAll('\n', ' ');
const count = (value: number): string => value.toLocaleString('en');
const named = ({ text }: { readonly text: string }): string => `\`${visible(text)}\``;
/** As the panel gives it. */
const told = (value: number): string => probability(value).replace('<', 'less than ');
const text = 'The capital of France is';
const position = 4;

interface Made {
  readonly vector: OwnVector;
  readonly expected: RankedToken;
}

async function made(expression: string, expected: string, centred = false): Promise<Made> {
  const engine = await defaultEngine();
  const vector = await engine.vector({ expression, centred, count: 1, also: [await idOf(expected)] });
  return { vector, expected: vector.also[0] as RankedToken };
}

async function steered(steering: Omit<Steering, 'positions'>, about: string) {
  const engine = await defaultEngine();
  const output = await idOf(about);
  const whole: Steering = { ...steering, positions: 'last' };
  const { tokens, promised, residualSize } = await engine.steer({ text, position, count: 1, output, steering: whole });
  const at = tokens.findIndex(({ token }) => token.id === output);
  const [first] = tokens.toSorted((a, b) => b.logits[1] - a.logits[1]);
  const { logits, probabilities } = tokens[at] as (typeof tokens)[number];
  return { first, probabilities, rise: logits[1] - logits[0], promised: promised[at] ?? NaN, residualSize };
}

describe('the numbers of the page about a vector of your own', () => {
  it('are those of the engine: king − man + woman', async () => {
    const { vector, expected } = await made('king - man + woman', ' queen');
    const [noqa] = vector.lists.dot;
    if (!noqa) throw new Error('There is no list.');
    expect(said).toContain(`The vector has size ${vector.size.toFixed(3)}.`);
    expect(expected.ranks).toMatchObject({ euclidean: 1, cosine: 1 });
    expect(said).toContain(`\`·queen\` is only ${expected.ranks.dot}th, and ${named(noqa.token)} is first`);
    expect(said).toContain(`${noqa.angle?.toFixed(1)}° against the ${expected.angle?.toFixed(1)}° of \`·queen\``);
    expect(said).toContain(
      `its size is ${noqa.token.size.toFixed(3)} against ${expected.token.size.toFixed(3)}, and the dot product`,
    );
    expect(said).toContain(`The entropy is ${vector.entropy.toFixed(2)} bits`);
    expect(said).toContain(`${Math.log2(reference.vocabulary.size).toFixed(2)} is the most`);
    expect((await made('king - man + woman', ' queen', true)).expected.ranks).toMatchObject({ cosine: 2, dot: 3 });
    const plain = await made('king + woman', ' queen');
    expect(rankWithout(plain.expected, plain.vector, 'cosine')).toBe(1);
  });

  it('are those of the engine: the ranks of more sums', async () => {
    const firsts = { euclidean: 0, cosine: 0, dot: 0 };
    const rows = rowsUnder(page, 'More sums');
    const countries = rows.filter(([expression]) => expression?.startsWith('`Paris'));
    for (const [expression = '', token = '', ...cells] of rows) {
      const { vector, expected } = await made(expression.slice(1, -1), token.slice(1, -1).replace('·', ' '));
      const ranks = (['euclidean', 'cosine', 'dot'] as const).map((metric) => {
        const without = rankWithout(expected, vector, metric);
        if (expression.startsWith('`Paris')) {
          expect(expected.ranks[metric]).toBeGreaterThan(1);
          const own = vector.operands.map((operand) => operand.token?.token.id);
          if (metric !== 'dot') expect(own).toContain(vector.lists[metric][0]?.token.id);
          firsts[metric] += Number(without === 1);
        }
        return `${count(expected.ranks[metric])} / ${count(without)}`;
      });
      expect([expression, ...cells]).toEqual([expression, ...ranks]);
    }
    expect(countries).toHaveLength(10);
    expect(firsts satisfies Record<Metric, number>).toEqual({ euclidean: 6, cosine: 8, dot: 0 });
    expect(said).toContain('Without them eight of the ten come first by cosine, six by distance and none by dot');
    for (const [expression = '', token = ''] of countries) {
      const sum = expression.slice(1, -1).replace('- France ', '');
      const { vector, expected } = await made(sum, token.slice(1, -1).replace('·', ' '));
      const rank = rankWithout(expected, vector, 'cosine');
      if (sum === 'Paris + Germany') expect(rank).toBe(6);
      else expect(rank).toBeGreaterThan(1);
    }
  });

  it('are those of the engine: steering', async () => {
    const add = { expression: 'Rome - Paris', how: 'add' } as const;
    const everywhere = await steered({ ...add, strength: 4, layer: null }, ' Rome');
    const [before, after] = everywhere.probabilities.map(told);
    expect(said).toContain(`The probability of \`·Rome\` rises from ${before} to ${after}`);
    expect(said).toContain(
      `alone would raise its logit by ${everywhere.promised.toFixed(2)}, and it rises by ${everywhere.rise.toFixed(2)}`,
    );
    expect((await steered({ ...add, strength: 2, layer: null }, ' Rome')).first?.token.text).toBe(' the');

    for (const [layer = '', ...cells] of rowsUnder(page, 'Steer')) {
      // The panel counts layers from 0, a steering the residuals.
      const one = await steered({ ...add, strength: 64, layer: Number(layer) + 1 }, ' Rome');
      const found = [one.rise.toFixed(2), one.probabilities[1].toFixed(3), one.first && named(one.first.token)];
      expect([layer, ...cells]).toEqual([layer, ...found]);
      expect(said).toContain(`so it is always ${one.promised.toFixed(2)}:`);
    }

    const without = async (layer: number | null) =>
      (await steered({ expression: 'Paris', how: 'remove', strength: 1, layer }, ' Paris')).probabilities.map((value) =>
        told(value),
      );
    const [whole, risen] = await without(23);
    expect(said).toContain(
      `rises, from ${whole} to ${risen}. After layer 27 alone it falls to ${(await without(28))[1]}`,
    );
    expect(said).toContain(`*After every layer* it falls to ${(await without(null))[1]}.`);
  });
});
