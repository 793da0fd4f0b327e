import { describe, expect, it } from 'vitest';
import { defaultEngine, idOf } from './support/engine';
import { rowsUnder, textOf } from './support/pages';

const page = 'docs/16-the-same-product-inside.md';
const said = textOf(page).replaceAll('\n', ' ');
const text = 'The capital of France is';
const position = 4;
const fixed = (value = NaN, decimals = 2): string => value.toFixed(decimals).replace('-', '−');
const signed = (value = NaN): string => (value > 0 ? '+' : '') + fixed(value);
const [the, france] = [0, 3];

describe('the numbers of the page about products inside the model', () => {
  it('are those of the engine: the keys of a head', async () => {
    const engine = await defaultEngine();
    const { q, k, cosine, distance, score, unrotated, weights, scale, curve } = await engine.headScores({
      ...{ text, layer: 23, head: 4, position, curve: france },
    });
    const { tokens } = await engine.tokenise({ text });
    const names = tokens.map((token) => `\`${token.text.replace(' ', '·')}\``);
    const expected = Array.from(weights.keys())
      .sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0))
      .map((at) => [
        ...[names[at], fixed(k[at]), `${fixed((Math.acos(cosine[at] ?? NaN) * 180) / Math.PI, 1)}°`],
        ...[fixed(distance[at]), signed(score[at]), fixed(weights[at], 3)],
      ]);
    expect(rowsUnder(page, 'Why a head looks there')).toEqual(expected);
    expect(said).toContain(`its **query** q, of size ${fixed(q)}`);
    expect(said).toContain(`${fixed((k[france] ?? 0) / (k[the] ?? 1), 1)} times longer`);
    const halves = (a: number, b: number, c: number, d: number) => scale * q * ((a + b) / 2) * (c - d);
    const [size, angle] = [
      halves(cosine[france] ?? 0, cosine[the] ?? 0, k[france] ?? 0, k[the] ?? 0),
      halves(k[france] ?? 0, k[the] ?? 0, cosine[france] ?? 0, cosine[the] ?? 0),
    ];
    expect(said).toContain(
      `differ by ${fixed(size + angle)}: the sizes give ${signed(size)}, the angles ${signed(angle)}`,
    );
    const mean = k.reduce((sum, one) => sum + one, 0) / k.length;
    const powers = Array.from(cosine, (one) => Math.exp(scale * q * mean * one));
    expect(said).toContain(
      `the weight of \`The\` would be ${fixed((powers[the] ?? 0) / powers.reduce((a, b) => a + b))}`,
    );
    expect(said).toContain(
      `\`·France\` would be ${signed(unrotated[france])} and that of \`The\` ${signed(unrotated[the])}`,
    );
    expect(said).toContain(
      `One token back the score of \`·France\` is ${fixed(curve?.scores[1])}; ten tokens back ${fixed(curve?.scores[10])}.`,
    );
    const cells = (await engine.headGrid({ text, position })).heads.flat();
    const neither = cells.filter(({ most, nearest, aligned }) => most !== nearest && most !== aligned);
    expect(said).toContain(
      `Of the ${cells.length} heads ${cells.filter(({ most }) => most === 0).length} look most at the first`,
    );
    expect(said).toContain(`${neither.length} heads choose a key that is neither the nearest nor the best aligned`);
  });

  it('are those of the engine: a neuron', async () => {
    const engine = await defaultEngine();
    const { neurons, count } = await engine.neurons({ text, position, count: 20 });
    const best = neurons.toSorted((a, b) => b.push - b.meanPush - (a.push - a.meanPush))[0];
    expect(best).toMatchObject({ layer: 24, index: 1005 });
    expect(said).toContain(
      `Of the ${count.toLocaleString('en-GB')} neurons, n24.1005 pushes \`·Paris\` up most, by ${fixed((best?.push ?? 0) - (best?.meanPush ?? 0))} more`,
    );
    const { fired, writes, reads } = await engine.neuronView({ text, position, layer: 24, index: 1005, count: 4 });
    const others = Math.max(...Array.from(fired.subarray(0, position), Math.abs));
    expect(said).toContain(
      `It fired ${fixed(fired[position])} at \`·is\`, and no more than ${fixed(others)} either way`,
    );
    expect(said).toContain(`Its column has size ${fixed(best?.column.size)}`);
    const names = (list: typeof reads.along) => list.cosine.map(({ token }) => `\`${token.text.replace(' ', '·')}\``);
    const [first, ...rest] = names(writes.opposite);
    expect(said).toContain(`are ${first} and, after it, ${rest[0]}, ${rest[1]} and ${rest[2]}`);
    expect(said).toContain(`Its row reads, by cosine, ${names(reads.along)[0]} first`);
  });

  it('are those of the engine: runs without a neuron', async () => {
    const engine = await defaultEngine();
    const paris = await idOf(' Paris');
    const without = async (layer: number, index: number) => {
      const ablated = { parts: [{ kind: 'neuron', layer, index }], by: 'zero' } as const;
      const { tokens } = await engine.ablation({ text, position, count: 5, ablated });
      return tokens.find(({ token }) => token.id === paris)?.probabilities ?? [NaN, NaN];
    };
    const [before, after] = await without(24, 1005);
    expect(said).toContain(`\`·Paris\` falls from ${fixed(before)} to ${fixed(after)}`);
    const { neurons } = await engine.neurons({ text, position, count: 20 });
    const other = neurons.find(({ layer, index }) => layer === 29 && index === 511);
    expect(said).toContain(
      `n29.511 pushes \`·Paris\` up by ${fixed((other?.push ?? 0) - (other?.meanPush ?? 0))} more`,
    );
    expect(said).toContain(`without it \`·Paris\` is at ${fixed((await without(29, 511))[1])}`);
  });
});
