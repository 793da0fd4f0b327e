import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reference } from './support/reference';

/** A page of the reading guide, its lines joined, so that a sentence is found wherever it breaks. */
const page = (name: string): string =>
  readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8').replaceAll('\n', ' ');

const { vocabulary, tokens, runs } = reference;
const run = runs.find(({ text }) => text === 'The capital of France is');
if (!run) throw new Error('The reference has no run of the text of the guide.');
const last = run.ids.length - 1;
const whole = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 0 });
const of = (text: string) => {
  const token = tokens.find((one) => one.text === text);
  if (!token) throw new Error(`The reference has no token "${text}".`);
  return token;
};

describe('the numbers of the reading guide', () => {
  it('are those of the reference: sizes', () => {
    const { norm } = vocabulary;
    const [[, , largest = NaN] = []] = vocabulary.largest;
    expect(page('1-token-vectors')).toContain(
      `The smallest token is \`·John\` with ${norm.min.toFixed(3)}, the largest \`·strugg\` with ${largest.toFixed(3)}: a factor of four.`,
    );
    expect(Math.round(largest / norm.min)).toBe(4);
    expect(page('1-token-vectors')).toContain(
      `the mean of all rows has size ${vocabulary['mean vector norm'].toFixed(2)}, two thirds of a typical token`,
    );
    expect(vocabulary['mean vector norm'] / norm.mean).toBeCloseTo(2 / 3, 1);
    expect(page('1-token-vectors')).toContain(`The embedding has ${whole(vocabulary.size)} rows`);
  });

  it('are those of the reference: the lists of Paris', () => {
    const { neighbours } = of(' Paris');
    const names = (metric: 'euclidean' | 'cosine' | 'dot', from: number, to: number) =>
      neighbours[metric].slice(from, to).map(({ token }) => `\`${token.replace('Ġ', '·')}\``);
    const near = names('euclidean', 1, 5);
    expect(page('2-three-rulers')).toContain(`Distance and cosine find ${near.join(', ')}.`);
    expect(names('cosine', 1, 5).sort()).toEqual(near.sort());
    expect(page('2-three-rulers')).toContain(`The dot product finds ${names('dot', 0, 3).join(', ')}`);
    // It is not among the ten that the reference lists.
    expect(neighbours.dot.map(({ id }) => id)).not.toContain(of(' Paris').id);
  });

  it('are those of the reference: the factors of a logit', () => {
    const size = run['final hidden norm [position]'][last] ?? NaN;
    const [first, second] = run['top 20, last position'];
    if (!first || !second) throw new Error('The reference has no predictions.');
    const said = page('3-next-token');
    expect(said).toContain(
      `${first.logit.toFixed(2)} = ${size.toFixed(2)} × ${first.size.toFixed(3)} × ${first.cosine.toFixed(5)}`,
    );
    expect(size * first.size * first.cosine).toBeCloseTo(first.logit, 3);
    expect(said).toContain(`lists \`·Paris\` at ${first.probability.toFixed(3)}`);
    expect(said).toContain(`\`·the\` has a cosine of only ${second.cosine.toFixed(5)}, tenth best`);
    expect(said).toContain(`It is second because it is large, ${second.size.toFixed(3)}`);
    expect(said).toContain(`${((Math.acos(first.cosine) * 180) / Math.PI).toFixed(1)}° is the *best* there is`);
    expect(said).toContain('the first is the same, seven of ten are shared');
    const lists = run['nearest output vectors to the final hidden vector, last position'];
    expect(lists.cosine.findIndex(({ id }) => id === second.id)).toBe(9);
    const near = lists.euclidean.map(({ id }) => id);
    expect([near[0], lists.cosine[0]?.id]).toEqual([first.id, first.id]);
    expect(lists.dot.filter(({ id }) => near.includes(id))).toHaveLength(7);
  });

  it('are those of the reference: from logits to probabilities', () => {
    const [first, second] = run['top 20, last position'];
    if (!first || !second) throw new Error('The reference has no predictions.');
    const lead = first.logit - second.logit;
    const said = page('3-next-token');
    expect(said).toContain(
      `\`·Paris\` leads \`·the\` by ${lead.toFixed(2)}, so it is ${Math.exp(lead).toFixed(0)} times as likely: ${first.probability.toFixed(3)} against ${second.probability.toFixed(3)}.`,
    );
    expect(said).toContain(`larger by 1 makes a token ${Math.E.toFixed(1)} times as likely`);
    expect(first.probability / second.probability).toBeCloseTo(Math.exp(lead), 3);
    expect(said).toContain(
      `The **entropy** says how open the prediction is, in bits: ${run['entropy bits [position]'][last]?.toFixed(2)} here`,
    );
    const { dimensions } = vocabulary;
    expect(said).toContain(`here ${Math.sqrt(dimensions)}, the square root of ${dimensions}`);
    expect(said).toContain(`the size becomes ${run['final hidden norm [position]'][last]?.toFixed(2)}.`);
  });

  it('are those of the reference: the way through the layers', () => {
    const said = page('4-between');
    const angles = run['angle norm(residual) to predicted output vector, degrees [layer][position]'].map(
      (layer) => layer[last] ?? NaN,
    );
    expect(said).toContain(
      `it turns in the last eight layers, from ${angles.at(-9)?.toFixed(0)}° to ${angles.at(-1)?.toFixed(0)}°`,
    );
    const sizes = run['residual norm [layer][position]'];
    const others = Math.max(...sizes.flatMap((layer) => layer.slice(1)));
    expect(said).toContain('grows to tens of thousands while the others stay below 800');
    expect(Math.max(...sizes.map(([first = NaN]) => first))).toBeGreaterThan(20_000);
    expect(others).toBeLessThan(800);
    expect(others).toBeGreaterThan(700);
  });

  it('are those of the reference: the round trip', () => {
    const misses = vocabulary['round trip misses'];
    const ways = [
      misses['raw: e_t against W'],
      misses['centred: e_t-mean against W-mean'],
      misses['model path with no layers: norm(e_t)*gain against W'],
    ];
    const said = readFileSync(new URL('../../docs/5-lab.md', import.meta.url), 'utf8');
    for (const [name, metric] of [
      ['distance', 'euclidean'],
      ['cosine', 'cosine'],
      ['dot product', 'dot'],
    ] as const)
      expect(said).toContain(`| by ${name} | ${ways.map((way) => whole(way[metric])).join(' | ')} |`);
  });
});
