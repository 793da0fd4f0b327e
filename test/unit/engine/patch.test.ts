import { beforeAll, describe, expect, it } from 'vitest';
import { pairsOf, sharedStart } from '../../../src/engine/analysis/texts/align';
import { cutText } from '../../../src/engine/analysis/tokenise';
import type { LocalEngine } from '../../../src/engine/localEngine';
import type { Model } from '../../../src/engine/model/model';
import type { OfBoth, PatchCellQuestion, PatchPart } from '../../../src/shared/vectors/texts';
import { defaultEngine } from '../support/engine';
import { attentionFamilies, loadedFamily } from '../support/families';
import { divergenceOf, textTruth, type TextTruth } from '../support/headsTruth';
import { numbersOf } from '../support/numbersOf';
import { sampled } from '../support/sample';
import { deviation } from '../support/truth';

// Runs of one text with a vector of another one in its place, of every family: against float64 from the equations with
// that vector replaced.

const text = { text: 'Paris of France is' };
const other = { text: 'A king of France is' };

/** With a bias and a cap, a LayerNorm, windows, parallel parts, and gated heads between recurrences. */
/** Too few layers for the places below. */
const shallow = ['phi2-fused', 'phi3-q4'];
const families = [
  ...sampled(
    ['gemma2-bias', 'gptneox', 'llama-window', 'phi2'],
    attentionFamilies.filter((name) => !shallow.includes(name)),
  ),
  'qwen35',
];

interface Place extends Pick<PatchCellQuestion, 'layer' | 'head'> {
  readonly part: PatchPart;
}
const places: readonly Place[] = [
  { part: 'residual', layer: 3 },
  { part: 'attention', layer: 1 },
  { part: 'feedForward', layer: 2 },
  { part: 'head', layer: 1, head: 1 },
];

describe.each(families)('%s', (name) => {
  let engine: LocalEngine;
  let model: Model;
  let ids: OfBoth<readonly number[]>;
  let whole: OfBoth<TextTruth>;
  let pairs: readonly OfBoth[];
  let from: number;
  let at: number;
  beforeAll(async () => {
    ({ model, engine } = await loadedFamily(name));
    ids = [cutText(model, text).inspected, cutText(model, other).inspected];
    whole = [textTruth(model, ids[0], 0), textTruth(model, ids[1], 0)];
    pairs = pairsOf(...ids);
    [from, at] = pairs.at(-2) as OfBoth;
  });
  const ends = () => ({ position: ids[0].length - 1, otherPosition: ids[1].length - 1 });
  const cell = (place: Place, own: { readonly text: string } = other) =>
    engine.patchCell({
      ...{ ...text, other: own, ...place, ...ends(), at, tokens: [1, 2], count: model.vocabulary.length },
    });

  it.each(places)('predicts with %o of the other text what the equations predict', async (place) => {
    const { part, layer, head = 0 } = place;
    const row =
      part === 'residual'
        ? whole[0].residuals[layer]?.[from]
        : part === 'head'
          ? whole[0].mixed[layer]?.[head]?.[from]
          : whole[0][part][layer]?.[from];
    const truth = textTruth(
      ...([model, ids[1], 0] as const),
      (own, which, i) =>
        part !== 'residual' && own === layer && which === (part === 'head' ? head : part) && i === at
          ? (row ?? null)
          : null,
      (residual, own, i) => (part === 'residual' && own === layer && i === at ? (row ?? []) : residual),
    );
    const found = await cell(place);
    const { otherPosition } = ends();
    const expected = [whole[1].logits[otherPosition] ?? [], truth.logits[otherPosition] ?? []] as const;
    for (const side of [0, 1] as const) {
      const logits: number[] = [];
      for (const { token, logits: both } of found.tokens) logits[token.id] = model.capped(both[side]);
      expect(deviation([expected[side]], [logits])).toBeLessThanOrEqual(2e-5);
      const raw = (id: number) => found.tokens.find(({ token }) => token.id === id)?.logits[side] as number;
      expect(found.difference[side]).toBe(raw(1) - raw(2));
    }
    expect(found.divergence).toBeGreaterThan(0);
    expect(Math.abs(found.divergence - divergenceOf(...expected))).toBeLessThanOrEqual(2e-5);
  });

  it.each(places)('is the same to the bit with %o of its own', async (place) => {
    const { position } = ends();
    const own = { ...place, other: text, position, otherPosition: position, at: from, tokens: [1, 2] as const };
    const found = await engine.patchCell({ ...text, ...own, count: model.vocabulary.length });
    expect(found.divergence).toBe(0);
    for (const { logits } of found.tokens) expect(logits[1]).toBe(logits[0]);
  });

  it('has in its rows the share of each cell, 0 where both texts begin alike or nothing looks', async () => {
    const longer = { text: 'Paris, also of France is' };
    const cut = cutText(model, longer).inspected;
    const looked = cut.length - 2;
    const asked = {
      ...text,
      other: longer,
      position: ids[0].length - 1,
      otherPosition: looked,
      tokens: [1, 2],
    } as const;
    for (const { part, layer, head } of places) {
      const rows = { part, first: head ?? layer, count: 1, ...(head !== undefined && { layer }) };
      const {
        difference,
        rows: [row],
      } = await engine.patch({ ...asked, ...rows });
      const own = pairsOf(ids[0], cut);
      expect(Array.from(row ?? [], Number.isNaN)).toEqual(cut.map((_, i) => !own.some(([, to]) => to === i)));
      for (const [, to] of own) {
        if (to < sharedStart(ids[0], cut) || to > looked) expect(row?.[to]).toBe(0);
        const found = await engine.patchCell({
          ...asked,
          part,
          layer,
          ...(head !== undefined && { head }),
          at: to,
          count: 1,
        });
        expect(found.difference[0]).toBe(difference[1]);
        const share = (found.difference[1] - difference[1]) / (difference[0] - difference[1]);
        expect(row?.[to]).toBeCloseTo(share, 12);
      }
    }
  });

  it('leaves the other text as it was, and the inspected one, whatever ran in between', async () => {
    const [plain, before] = [numbersOf(await engine.run(text)), await engine.twoTexts({ ...text, other })];
    const first = await cell(places[1] as Place);
    await engine.run({ text: 'Something else' });
    expect(await cell(places[1] as Place)).toEqual(first);
    expect(await engine.twoTexts({ ...text, other })).toEqual(before);
    expect(numbersOf(await engine.run(text))).toEqual(plain);
    // A longer text reads the keys and values that the other one left.
    const longer = { text: `${other.text} a` };
    const { run } = await engine.twoTexts({ ...text, other: longer });
    const { handle: _, ...alone } = await engine.run(longer);
    expect(run).toEqual(alone);
  });
});

describe('says what there is not', () => {
  const asked = { ...text, other, position: 0, otherPosition: 0, tokens: [1, 2] as const };
  const rows = async (more: object) =>
    (await loadedFamily('llama-window')).engine.patch({ ...asked, part: 'residual', first: 0, count: 1, ...more });
  const cell = async (more: object) =>
    (await loadedFamily('llama-window')).engine.patchCell({
      ...asked,
      part: 'residual',
      layer: 0,
      at: 0,
      count: 1,
      ...more,
    });

  it.each([
    [{ first: 6, count: 2 }, /residual is 7. Give 0 to 6/],
    [{ part: 'attention', first: 6 }, /layer is 6. Give 0 to 5/],
    [{ part: 'head', layer: 0, first: 99 }, /head is 99/],
    [{ part: 'head', first: 0 }, /layer is -1/],
    [{ count: 0 }, /count is 0. Give at least 1/],
    [{ position: 99 }, /position is 99/],
    [{ otherPosition: 99 }, /position is 99/],
    [{ tokens: [1, 99_999] }, /no token 99999/],
  ])('in rows of %o', async (more, message) => {
    await expect(rows(more)).rejects.toThrow(message);
  });

  it.each([
    [{ layer: 7 }, /residual is 7/],
    [{ at: 99 }, /position is 99/],
    [
      { at: 1, other: { text: 'king king king' } },
      /No position of the first text corresponds to position 1 of the other one/,
    ],
    [{ count: 0 }, /count is 0/],
  ])('in a cell of %o', async (more, message) => {
    await expect(cell(more)).rejects.toThrow(message);
  });
});

it('brings nothing back where the two differences are equal', async () => {
  const { engine } = await loadedFamily('llama-window');
  const ends = { position: 2, otherPosition: 2, tokens: [1, 1] as const };
  const { rows } = await engine.patch({ ...text, other, ...ends, part: 'residual', first: 1, count: 1 });
  expect(rows[0]?.every(Number.isNaN)).toBe(true);
});

// Figures of a float64 run of the default model.
it('finds where the default model keeps which country it is, and where it fetches the capital', async () => {
  const engine = await defaultEngine();
  const france = { text: 'The capital of France is' };
  const italy = { text: 'The capital of Italy is' };
  const [paris, rome] = await Promise.all(
    [' Paris', ' Rome'].map(async (own) => (await engine.tokenise({ text: own })).tokens[0]?.id as number),
  );
  const asked = { position: 4, otherPosition: 4, tokens: [paris as number, rome as number] as const };
  const shares: Record<'country' | 'last', number[]> = { country: [], last: [] };
  for (const layer of [0, 6, 12, 18, 24, 30]) {
    const found = await engine.patch({ ...france, other: italy, ...asked, part: 'residual', first: layer, count: 1 });
    expect(found.difference[0]).toBeCloseTo(7.31, 1);
    expect(found.difference[1]).toBeCloseTo(-6.02, 1);
    const [row] = found.rows;
    expect(row?.slice(0, 3)).toEqual(Float64Array.of(0, 0, 0));
    shares.country.push(row?.[3] as number);
    shares.last.push(row?.[4] as number);
  }
  const expected = { country: [1.01, 1.01, 1.01, 1.01, -0.03, 0], last: [0, 0.01, 0.01, 0.01, 1.003, 1] };
  for (const place of ['country', 'last'] as const)
    for (const [i, share] of expected[place].entries())
      expect(Math.abs((shares[place][i] as number) - share)).toBeLessThan(0.02);
});
