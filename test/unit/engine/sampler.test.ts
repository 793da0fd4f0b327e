import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SampledLogits } from '../../../src/engine/analysis/sampler';
import { samplerOff, samplerSteps, type Sampler } from '../../../src/shared/continuation';

/** Random settings and logits, and what an independent chain in numpy makes of them: see `samplers` in sampler.py. */
const cases = JSON.parse(readFileSync(new URL('../../fixtures/samplers.json', import.meta.url), 'utf8')) as readonly {
  /** Logits, in eighths. */
  readonly eighths: readonly number[];
  readonly recent: readonly number[];
  readonly sampler: Sampler;
  readonly stages: readonly (readonly [survivors: number, mass: number])[];
  readonly ids: readonly number[];
  readonly probabilities: readonly number[];
}[];

describe('the steps of a sampler', () => {
  it('leave what numpy leaves, with the same probabilities', () => {
    expect(cases).toHaveLength(200);
    for (const [at, { eighths, recent, sampler, stages, ids, probabilities }] of cases.entries()) {
      const found = new SampledLogits(
        Float64Array.from(eighths, (one) => one / 8),
        sampler,
        recent,
      );
      const where = `${at}: ${JSON.stringify(sampler)}`;
      expect([...found.likeliest(Infinity)], where).toEqual(ids);
      ids.forEach((id, i) =>
        expect(Math.abs(found.probability(id) - (probabilities[i] ?? NaN)), where).toBeLessThan(1e-9),
      );
      const chosen = ids[0] as number;
      found.stages(chosen).forEach(({ step, survivors, mass, chosen: own }, i) => {
        expect([step, survivors], where).toEqual([sampler.order[i], stages[i]?.[0]]);
        expect(Math.abs(mass - (stages[i]?.[1] ?? NaN)), where).toBeLessThan(1e-9);
        expect(own === null, where).toBe(false);
      });
    }
  });

  it('draw each token as often as its probability says, the likeliest first', () => {
    const found = new SampledLogits(Float64Array.of(0, 2, 1, 2), { ...samplerOff, order: samplerSteps }, []);
    const cells = 10_000;
    const drawn = Array.from({ length: cells }, (_, cell) => found.draw((cell + 0.5) / cells));
    for (const id of [0, 1, 2, 3])
      expect(drawn.filter((one) => one === id).length / cells).toBeCloseTo(found.probability(id), 3);
    expect([found.draw(0), found.draw(0.5), found.draw(1 - 2 ** -53)]).toEqual([1, 3, 0]);
  });

  it('keep numbers with the smallest and largest settings', () => {
    const logits = Float64Array.of(30, -30, 31, 0);
    for (const sampler of [
      { ...samplerOff, temperature: Number.MIN_VALUE },
      { ...samplerOff, repeatPenalty: Number.MIN_VALUE, temperature: 1e-100 },
      { ...samplerOff, repeatPenalty: Number.MAX_VALUE, temperature: Number.MAX_VALUE },
    ]) {
      const found = new SampledLogits(logits, { ...sampler, order: samplerSteps }, [0, 1]);
      const all = [...found.likeliest(Infinity)].map((id) => found.probability(id));
      expect(all.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
      expect(found.draw(0)).toBe(found.likeliest(1)[0]);
    }
    const cold = { ...samplerOff, temperature: Number.MIN_VALUE, order: samplerSteps };
    expect([...new SampledLogits(logits, cold, []).likeliest(Infinity)]).toEqual([2]);
  });
});
