import { describe, expect, it } from 'vitest';
import type { OfBoth, PatchPart } from '../../src/shared/vectors/texts';
import { defaultEngine, idOf } from './support/engine';
import { rowsUnder, textOf } from './support/pages';

const page = 'docs/15-where-a-fact-is-carried.md';
const said = textOf(page).replaceAll('\n', ' ');
const signed = (value: number): string => value.toFixed(2).replace('-', '−').replace('−0.00', '0.00');
const texts: OfBoth<string> = ['The capital of France is', 'The capital of Italy is'];
const [country, last] = [3, 4];

async function patches(
  [text, other]: OfBoth<string>,
  [a, b]: OfBoth<string>,
  rows: { readonly part: PatchPart; readonly layer?: number; readonly first: number; readonly count: number },
) {
  const engine = await defaultEngine();
  const [position = NaN, otherPosition = NaN] = await Promise.all(
    [text, other].map(async (own) => (await engine.tokenise({ text: own })).tokens.length - 1),
  );
  const ends = { position, otherPosition };
  const tokens = [await idOf(a), await idOf(b)] as const;
  const found = await engine.patch({ text, other: { text: other }, ...ends, tokens, ...rows });
  return { ...found, ...ends, tokens, ofLast: found.rows.map((row) => row[ends.otherPosition] ?? NaN) };
}
const capitals = [' Paris', ' Rome'] as const;

describe('the numbers of the page about where a fact is carried', () => {
  it('are those of the engine: two predictions', async () => {
    const engine = await defaultEngine();
    const [text, other] = [texts[0], { text: texts[1] }];
    const next = await engine.twoPositions({ text, other, position: last, otherPosition: last, count: 1 });
    const [paris, rome] = next.likeliest.map((id) => next.tokens.find(({ token }) => token.id === id));
    expect([paris, rome].map((one) => one?.token.text)).toEqual(capitals);
    expect(said).toContain(
      `A predicts \`·Paris\` with ${paris?.probabilities[0].toFixed(3)}, B \`·Rome\` with ${rome?.probabilities[1].toFixed(3)}.`,
    );
    const [a, b] = next.hiddenSize.map((size) => size.toFixed(2));
    expect(said).toContain(`nearly equally large, ${a} and ${b}, and ${next.angle.toFixed(1)}° apart`);
    const { angles } = await engine.twoTexts({ text, other });
    const after = (layer: number) => angles[layer + 1]?.[last]?.toFixed(1);
    expect(said).toContain(
      `Up to layer 22 the two residuals of \`·is\` are at most ${Math.max(...angles.slice(0, 24).map((row) => row[last] ?? NaN)).toFixed(1)}° apart, after layer 23 they are ${after(23)}° apart`,
    );
  });

  it('are those of the engine: the residuals', async () => {
    const rows = rowsUnder(page, 'The grid');
    expect(rows.map(([row]) => row)).toContain('after layer 23');
    for (const [row = '', ...cells] of rows) {
      const first = row === 'before the layers' ? 0 : Number(/\d+$/.exec(row)?.[0]) + 1;
      const { rows: found, difference } = await patches(texts, capitals, { part: 'residual', first, count: 1 });
      expect([row, ...cells]).toEqual([row, ...[country, last].map((at) => signed(found[0]?.[at] ?? NaN))]);
      expect(Array.from(found[0]?.slice(0, country) ?? [])).toEqual([0, 0, 0]);
      expect(said).toContain(`It is +${signed(difference[0])} in A and ${signed(difference[1])} in B.`);
    }
    const { position, otherPosition, tokens } = await patches(texts, capitals, {
      part: 'residual',
      first: 18,
      count: 1,
    });
    const cell = await (
      await defaultEngine()
    ).patchCell({
      ...{ text: texts[0], other: { text: texts[1] }, position, otherPosition, tokens, count: 1 },
      ...{ part: 'residual', layer: 18, at: country },
    });
    const paris = cell.tokens.find(({ token }) => token.id === tokens[0]);
    expect(said).toContain(`in that run B predicts \`·Paris\` with ${paris?.probabilities[1].toFixed(3)}`);
  });

  it('are those of the engine: attention and its heads', async () => {
    const { ofLast, position, otherPosition, tokens } = await patches(texts, capitals, {
      part: 'attention',
      first: 22,
      count: 3,
    });
    const [before, own, after] = ofLast.map(signed);
    expect(said).toContain(
      `attention in layer 23 brings back ${own}. That of layer 22 brings back ${before}, that of layer 24 ${after}.`,
    );
    const { ofLast: heads } = await patches(texts, capitals, { part: 'head', layer: 23, first: 0, count: 9 });
    const share = (head: number) => signed(heads[head] ?? NaN);
    expect(said).toContain(`Head 23.4 brings back ${share(4)} by itself`);
    expect(said).toContain(`The next is 23.5 with ${share(5)}, and 23.3 works against them with ${share(3)}.`);
    expect(heads.toSorted((a, b) => b - a).slice(0, 2)).toEqual([heads[4], heads[5]]);
    const sum = heads.reduce((all, one) => all + one, 0);
    expect(said).toContain(`The nine add up to ${signed(sum)}, not ${own}`);
    const cell = await (
      await defaultEngine()
    ).patchCell({
      ...{ text: texts[0], other: { text: texts[1] }, position, otherPosition, tokens, count: 1 },
      ...{ part: 'head', layer: 23, head: 4, at: last },
    });
    const paris = cell.tokens.find(({ token }) => token.id === tokens[0]);
    expect(said).toContain(`it lifts \`·Paris\` to ${paris?.probabilities[1].toFixed(3)}`);
    expect(textOf('docs/5-a-layer.md')).toContain('falls from 0.773 to 0.141');
  });

  it('are those of the engine: the same head in other texts', async () => {
    for (const [a = '', b = '', one = '', two = '', ...cells] of rowsUnder(page, 'Is it the fact?')) {
      const measured = [one, two].map((name) => name.slice(1, -1).replace('·', ' ')) as [string, string];
      const { ofLast } = await patches([a, b], measured, { part: 'head', layer: 23, first: 4, count: 1 });
      expect([a, b, ...cells]).toEqual([a, b, signed(ofLast[0] ?? NaN)]);
    }
  });
});
