import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Replacement } from '../../src/shared/ablation';
import { headNumber } from '../../src/shared/attention';
import { logitDifference } from '../../src/shared/difference';
import { defaultEngine } from './support/engine';
import { reference } from './support/reference';

/** A page of the reading guide, its lines joined, so that a sentence is found wherever it breaks. */
const page = (name: string): string =>
  readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8').replaceAll('\n', ' ');

interface Recorded {
  readonly name: string;
  readonly answer: { readonly completion_probabilities?: readonly { readonly logprob: number }[] };
}
/** What a real llama-server answered. */
const recorded = JSON.parse(
  readFileSync(new URL('../fixtures/servers/llama-server.json', import.meta.url), 'utf8'),
) as readonly Recorded[];

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

  it('are those of the reference where two models stand side by side', () => {
    const said = page('9-equal-sizes');
    const { norm, size, dimensions } = vocabulary;
    expect(said).toContain(`| tokens | ${whole(size)} of ${dimensions} dimensions |`);
    expect(said).toContain(`| smallest size | ${norm.min.toFixed(3)} |`);
    expect(said).toContain(`| largest size | ${norm.max.toFixed(3)} |`);
    expect(said).toContain(`| size of the mean of all rows | ${vocabulary['mean vector norm'].toFixed(2)} |`);
    const lost = vocabulary['round trip misses']['raw: e_t against W'].dot;
    expect(said).toContain(`by dot product | ${whole(lost)} of ${whole(size)} |`);
    const { neighbours } = of(' Paris');
    const near = neighbours.euclidean.map(({ id }) => id);
    expect(neighbours.dot.filter(({ id }) => near.includes(id))).toEqual([]);
    expect(said).toContain('distance and dot product share | none |');
    expect(page('2-three-rulers')).toContain('`·Paris` itself is only 24th in its own list');
    expect(page('6-lab')).toContain('the lists by distance and by dot product share 4 %');
  });

  it('multiply to the logits that stand beside them', () => {
    const rows = [...page('9-equal-sizes').matchAll(/\| `·\w+` \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|/g)];
    expect(rows).toHaveLength(3);
    for (const [, ...cells] of rows) {
      const [h = NaN, u = NaN, cosine = NaN, logit = NaN] = cells.map(Number);
      expect(h * u * cosine).toBeCloseTo(logit, 1);
    }
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
    expect(said).toContain(`It is second because of its size, ${second.size.toFixed(3)}`);
    expect(said).toContain(`${((Math.acos(first.cosine) * 180) / Math.PI).toFixed(1)}° is the *best* there is`);
    expect(said).toContain('the first is the same, seven of ten are shared');
    const lists = run['nearest output vectors to the final hidden vector, last position'];
    expect(lists.cosine.findIndex(({ id }) => id === second.id)).toBe(9);
    const near = lists.euclidean.map(({ id }) => id);
    expect([near[0], lists.cosine[0]?.id]).toEqual([first.id, first.id]);
    expect(lists.dot.filter(({ id }) => near.includes(id))).toHaveLength(7);
    expect(said).toContain('distance is closer to the cosine, with nine of ten');
    expect(lists.cosine.filter(({ id }) => near.includes(id))).toHaveLength(9);
  });

  it('are those of a recorded server beside those of the reference', () => {
    const { answer } = recorded.find(({ name }) => name === 'completion') ?? {};
    const said = page('7-another-machine');
    const size = run['final hidden norm [position]'][last] ?? NaN;
    const [first] = run['top 20, last position'];
    expect(said).toContain(`where ${size.toFixed(2)} is exact`);
    expect(said).toContain(`where ${first?.probability.toFixed(3)} is exact`);
    const own = Math.exp(answer?.completion_probabilities?.[0]?.logprob ?? NaN);
    expect(said).toContain(`The server itself says ${own.toFixed(3)}`);
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
      `The **entropy** says how uncertain the prediction is, in bits: ${run['entropy bits [position]'][last]?.toFixed(2)} here`,
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
      `It turns towards \`·Paris\` in the last eight layers, from ${angles.at(-9)?.toFixed(0)}° to ${angles.at(-1)?.toFixed(0)}°`,
    );
    const toInput = run['angle residual to own input vector, degrees [layer][position]'];
    expect(said).toContain(`After the first layer the angle is ${toInput[1]?.[last]?.toFixed(0)}°`);
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
    const said = readFileSync(new URL('../../docs/6-lab.md', import.meta.url), 'utf8');
    const { dot } = misses['model path with no layers: norm(e_t)*gain against W'];
    expect(page('4-between')).toContain(`${whole(dot)} of ${whole(vocabulary.size)} come back as another`);
    for (const [name, metric] of [
      ['distance', 'euclidean'],
      ['cosine', 'cosine'],
      ['dot product', 'dot'],
    ] as const)
      expect(said).toContain(`| by ${name} | ${ways.map((way) => whole(way[metric])).join(' | ')} |`);
  });

  it('are those of the engine: one head', async () => {
    const engine = await defaultEngine();
    const text = 'The capital of France is';
    const paris = of(' Paris').id;
    const london = (await engine.find({ query: ' London', count: 1 })).tokens[0]?.id ?? NaN;
    const at = { text, position: last, output: paris };
    const said = page('5-a-layer');
    const head = { layer: 23, head: 4 };
    const { heads } = await engine.headGrid(at);
    const pushes = heads.flat().map(({ push }) => push);
    const view = await engine.headView({ ...at, ...head, count: 8 });
    expect(Math.max(...pushes)).toBe(view.push);
    expect(said).toContain(`Most of the ${pushes.length} heads add next to nothing`);
    expect(said).toContain(`head 4 of layer 23, with ${view.push.toFixed(2)}. Its name is **${headNumber(head)}**`);
    const [against = NaN, helping = NaN] = heads[29]?.map(({ push }) => push) ?? [];
    const minus = against.toFixed(2).replace('-', '−');
    expect(said).toContain(`29.1 with ${helping.toFixed(2)} and 29.0 with ${minus}`);
    const strongest = pushes.map(Math.abs).sort((a, b) => b - a);
    expect(strongest.slice(0, 3)).toEqual([view.push, helping, -against]);
    const weight = (position: number) => view.weights[position]?.toFixed(2) ?? '';
    expect(said).toContain(`puts ${weight(3)} of its share on \`·France\`, ${weight(0)} on \`The\``);
    expect(said).toContain(
      `nearly all \`·France\`: that part has size ${view.sources[0]?.size.toFixed(2)}, the whole ${view.size.toFixed(2)}`,
    );
    expect(said).toContain(`adds a vector of size ${view.attentionSize.toFixed(2)} in this layer`);
    const [first, second, third] = view.raised.map(({ token }) => `\`${token.text.replace(' ', '·')}\``);
    expect(said).toContain(`raises the logits of ${first}, ${second} and ${third} most`);
    expect(view.raised.map(({ token }) => token.id)).not.toContain(paris);
    expect(said).toContain(`the vector turns ${view.turn.toFixed(1)}° towards it`);

    const { pair, logit } = await engine.journey({ ...at, against: london });
    if (!pair) throw new Error('There is no pair.');
    const [a, b] = pair.logits;
    expect(said).toContain(`${a.toFixed(2)} − ${b.toFixed(2)} = ${logit.toFixed(2)}`);
    expect(said).toContain(`odds of ${Math.exp(logit).toFixed(0)} to 1`);
    const difference = (await engine.headGrid({ ...at, against: london })).heads[23]?.[4]?.push ?? NaN;
    expect(said).toContain(`The same head gives ${difference.toFixed(2)} of it`);
    expect(difference / logit).toBeGreaterThan(0.5);
    const { angle, size } = logitDifference(pair);
    expect(said).toContain(`${angle.toFixed(2)} is angle and ${size.toFixed(2)} is size`);

    const without = (by: Replacement) =>
      engine.ablation({ ...at, count: 5, ablated: { parts: [{ kind: 'head', ...head }], by } });
    const { tokens: changed, divergence } = await without('zero');
    const after = (id: number, of = changed) => of.find(({ token }) => token.id === id);
    const [before = NaN, now = NaN] = after(paris)?.logits ?? [];
    const [likely = NaN, lessLikely = NaN] = after(paris)?.probabilities ?? [];
    expect(said).toContain(
      `The push alone would take away ${view.push.toFixed(2)}. The logit of \`·Paris\` falls by ${(before - now).toFixed(2)}, from ${before.toFixed(2)} to ${now.toFixed(2)}`,
    );
    expect(said).toContain(`probability falls from ${likely.toFixed(3)} to ${lessLikely.toFixed(3)}`);
    for (const name of [' the', ' London', ' New'])
      expect(changed.find(({ token }) => token.text === name)?.probabilities[1]).toBeGreaterThan(0.09);
    expect(said).toContain(`moved by ${divergence.toFixed(2)} bits`);
    const [, mean = NaN] = after(paris, (await without('mean')).tokens)?.probabilities ?? [];
    expect(said).toContain(`probability of \`·Paris\` then is ${mean.toFixed(3)}`);
  });
});
