import { beforeAll, describe, expect, it } from 'vitest';
import { cutText } from '../../../src/engine/analysis/tokenise';
import { familyNames, loadedFamily, mixtureNames, type Family } from '../support/families';
import { textTruth, type Change, type ResidualChange, type TextTruth } from '../support/headsTruth';
import { deviation } from '../support/truth';

// The questions that other files ask of some families, asked of every one once: against float64 from the equations.
// Inspection, lens, what mattered, which part, two models and documents are asked of every family in their own files.

const text = 'The capital of France is';
const sum = (values: Iterable<number>) => [...values].reduce((all, value) => all + value, 0);

describe.each(familyNames)('%s', (name) => {
  let own: Family;
  let ids: readonly number[];
  let truth: TextTruth;
  let position: number;
  let layer: number;
  const changed = (change?: Change, changeResidual?: ResidualChange) =>
    textTruth(own.model, ids, 0, change, changeResidual).logits[position] ?? [];
  /** The logits of a prediction with and without a change, id by id. */
  const after = (tokens: readonly { readonly token: { readonly id: number }; readonly logits: readonly number[] }[]) =>
    tokens
      .toSorted((a, b) => a.token.id - b.token.id)
      .map(({ logits: [, changed = NaN] }) => own.model.capped(changed));
  beforeAll(async () => {
    own = await loadedFamily(name);
    ids = cutText(own.model, { text }).inspected;
    truth = textTruth(own.model, ids, 0);
    [position, layer] = [ids.length - 1, truth.heads.findLastIndex((heads) => heads.length > 0)];
  });
  const asked = () => ({ text, position, count: own.model.vocabulary.length });

  it('tells what a head looks at, and why', async () => {
    const { weights, score, sink } = await own.engine.headScores({ text, position, layer, head: 1 });
    const expected = truth.heads[layer]?.[1]?.rows[position] ?? [];
    expect(deviation([Array.from(weights)], [expected])).toBeLessThanOrEqual(1e-5);
    const powers = Array.from(score, Math.exp);
    const total = powers.reduce((sum, power) => sum + power, sink === undefined ? 0 : Math.exp(sink));
    expect(deviation([powers.map((power) => power / total)], [expected])).toBeLessThanOrEqual(1e-5);
    const headless = truth.heads.findIndex((heads) => heads.length === 0);
    const { heads, sources, output } = await own.engine.headGrid({ text, position });
    expect(heads.map((row) => row.length)).toEqual(truth.heads.map((row) => row.length));
    expect(sources?.map((one) => one === null)).toEqual(sources && heads.map((row) => row.length > 0));
    const { push } = await own.engine.journey({ text, position, output: output.id });
    for (const [at, one] of (sources ?? []).entries()) {
      if (!one) continue;
      expect(sum(one.share)).toBeCloseTo(1, 5);
      expect(sum(one.push)).toBeCloseTo(push.attention[at] ?? NaN, 4);
      const whole = truth.attention[at]?.[position] ?? [];
      const along = (vector: readonly number[]) => sum(vector.map((value, i) => value * (whole[i] as number)));
      const shares = ids.map((_, source) => along(truth.from[at]?.(source, position) ?? []) / along(whole));
      expect(deviation([one.share], [shares])).toBeLessThanOrEqual(1e-5);
    }
    if (headless >= 0)
      await expect(own.engine.headScores({ text, position, layer: headless, head: 1 })).rejects.toThrow(
        /has a (convolution|recurrence) in place of attention/,
      );
  });

  it('tells how much a neuron fired, or says which experts ran', async () => {
    const neurons = own.engine.neurons({ text, position, output: 0, count: 1000 });
    if (mixtureNames.includes(name)) {
      await expect(neurons).rejects.toThrow(/experts/);
      const view = await own.engine.experts({ text, position, output: 0 });
      const ran = truth.experts[layer]?.[position] ?? [];
      expect(view.layers[layer]?.parts.map(({ expert }) => expert)).toEqual(ran.map(({ expert }) => expert));
    } else {
      const listed = (await neurons).neurons.filter((one) => one.layer === layer);
      const expected = listed.map(({ index }) => truth.fired[layer]?.[position]?.[index] as number);
      expect(listed.length).toBeGreaterThan(0);
      expect(deviation([listed.map(({ fired }) => fired)], [expected])).toBeLessThanOrEqual(1e-5);
    }
  });

  it('predicts without a part', async () => {
    const part = { kind: 'feedForward', layer } as const;
    const { tokens } = await own.engine.ablation({ ...asked(), ablated: { parts: [part], by: 'zero' } });
    const expected = changed((at, which) => (at === layer && which === 'feedForward' ? 'zero' : null));
    expect(deviation([after(tokens)], [expected])).toBeLessThanOrEqual(1e-5);
  });

  it('predicts with a vector added', async () => {
    const steering = { expression: '#5', how: 'add', strength: 1, layer: 1, positions: 'last' } as const;
    const { tokens } = await own.engine.steer({ ...asked(), steering });
    const row = Array.from(own.model.embedding.row(5));
    const expected = changed(undefined, (residual, at, here) =>
      at === 1 && here === position ? residual.map((value, i) => value + (row[i] as number)) : residual,
    );
    expect(deviation([after(tokens)], [expected])).toBeLessThanOrEqual(1e-5);
  });

  it('predicts with a vector of another text in the place of its own, and the same to the bit with its own', async () => {
    const place = { part: 'attention', layer, tokens: [1, 2] } as const;
    const other = { text: 'A king of France is' };
    const others = cutText(own.model, other).inspected;
    const at = others.length - 1;
    const { tokens } = await own.engine.patchCell({ ...asked(), ...place, at, other, otherPosition: at });
    const row = truth.attention[layer]?.[position] ?? [];
    const expected = textTruth(own.model, others, 0, (here, which, i) =>
      here === layer && which === 'attention' && i === at ? row : null,
    ).logits[at];
    expect(deviation([after(tokens)], [expected ?? []])).toBeLessThanOrEqual(1e-5);
    const same = await own.engine.patchCell({
      ...asked(),
      ...place,
      at: position,
      other: { text },
      otherPosition: position,
    });
    expect(same.divergence).toBe(0);
    for (const { logits } of same.tokens) expect(logits[1]).toBe(logits[0]);
  });

  it('has after a text that grew the bits of a whole run, over several slices too', async () => {
    const { home } = own.model.trunk;
    const long = Array.from({ length: 290 }, (_, i) => (7 * i + 3) % own.model.vocabulary.length);
    const lengths = own.model.trunk.inputEmbedding.positionSizes() ? [20, 90] : [20, 260, long.length];
    const [grown, whole] = [home.fresh(), home.fresh()];
    for (const length of lengths) await grown.run(long.slice(0, length), {});
    await whole.run(long.slice(0, lengths.at(-1)), {});
    const last = own.model.hyperparameters.layers;
    expect(grown.store.residuals(last)).toEqual(whole.store.residuals(last));
    grown.release();
    whole.release();
  });

  it('goes on with the likeliest token', async () => {
    const { steps } = await own.engine.continuation({ text, after: [], count: 2, sampler: null, seed: 0 });
    const grown = [...ids];
    for (const { token } of steps) {
      const logits = textTruth(own.model, grown, 0).logits.at(-1) ?? [];
      expect(token.id).toBe(logits.indexOf(Math.max(...logits)));
      grown.push(token.id);
    }
    expect(steps).toHaveLength(2);
  });
});
