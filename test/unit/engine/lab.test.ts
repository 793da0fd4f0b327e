import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlap, rankBiasedOverlap } from '../../../src/engine/lab/agreement';
import { directionsFrom, evenlySpaced, interleaved } from '../../../src/engine/lab/samples';
import { isCancelled } from '../../../src/shared/errors';
import type { Experiment, Experiments } from '../../../src/shared/lab';
import { defaultEngine } from '../support/engine';
import { reference } from '../support/reference';
import { sampled } from '../support/sample';

async function run<E extends Experiment>(
  name: E,
  options: Experiments[E]['options'],
): Promise<Experiments[E]['result']> {
  const engine = await defaultEngine();
  // The name binds the options to the result; over the union that link is lost.
  const found = await engine.lab({ name, options } as never);
  return found.result as Experiments[E]['result'];
}

const paris = reference.tokens.find(({ text }) => text === ' Paris');

describe('the agreement of two lists', () => {
  const list = fc.uniqueArray(fc.nat(40), { minLength: 5, maxLength: 5 });

  it('is one for equal lists, zero for disjoint ones, and the same either way round', () => {
    fc.assert(fc.property(list, (a) => Math.abs(rankBiasedOverlap(a, a) - 1) < 1e-12 && overlap(a, a) === 1));
    fc.assert(
      fc.property(
        list,
        (a) =>
          rankBiasedOverlap(
            a,
            a.map((id) => id + 100),
          ) === 0,
      ),
    );
    fc.assert(fc.property(list, list, (a, b) => Math.abs(rankBiasedOverlap(a, b) - rankBiasedOverlap(b, a)) < 1e-12));
  });

  it('weighs the first ranks most', () => {
    expect(rankBiasedOverlap([1, 2, 3], [1, 4, 5])).toBeGreaterThan(rankBiasedOverlap([2, 3, 1], [4, 5, 1]));
    // X = 1, 1, 1 at the depths 1, 2, 3: (1/3)·0.9³ + (0.1/0.9)·(0.9 + 0.9²/2 + 0.9³/3).
    expect(rankBiasedOverlap([1, 2, 3], [1, 4, 5])).toBeCloseTo(0.729 / 3 + (0.9 + 0.405 + 0.243) / 9, 12);
  });
});

describe('a sample', () => {
  it('is spread over the whole vocabulary, and so is every beginning of it', () => {
    expect(evenlySpaced(10, 2)).toEqual([2, 7]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        (count) => new Set(interleaved(evenlySpaced(3000, count))).size === count,
      ),
    );
    const half = interleaved(evenlySpaced(3000, 3000)).slice(0, 300);
    expect(half.filter((id) => id < 1500).length).toBeGreaterThan(120);
    expect(half.filter((id) => id < 1500).length).toBeLessThan(180);
  });

  it('of directions is the same for the same seed, of the length asked for', () => {
    const [a, b, c] = [directionsFrom(1, 576)(3), directionsFrom(1, 576)(3), directionsFrom(2, 576)(3)];
    expect(a).toEqual(b);
    expect(c).not.toEqual(a);
    expect(Math.hypot(...a)).toBeCloseTo(3, 10);
  });
});

describe('an experiment on the model', () => {
  it('rulers lists what the reference lists', async () => {
    if (!paris) throw new Error('The reference has no token “ Paris”.');
    const { lists, overlap: shared, sample } = await run('rulers', { id: paris.id, k: 10, sample: 100 });
    for (const metric of ['euclidean', 'dot', 'cosine'] as const)
      expect(lists[metric].map(({ id }) => id)).toEqual(paris.neighbours[metric].map(({ id }) => id));
    expect(shared['dot-cosine']).toBe(0);
    expect(sample.size).toBe(100);
    expect(sample.overlap['euclidean-cosine']).toBeGreaterThan(0.3);
  });

  it('one-length makes the three lists one', async () => {
    const {
      identical,
      overlap: shared,
      rbo,
      sample,
    } = await run('one-length', { id: paris?.id ?? 0, k: 10, sample: 10 });
    expect(identical).toBe(true);
    for (const all of [shared, rbo, sample.overlap])
      for (const value of Object.values(all)) expect(value).toBeCloseTo(1, 12);
  });

  it('target-size: the largest tenth wins most directions', async () => {
    const { winners, never, winsBySizeDecile } = await run('target-size', { directions: 600, seed: 1 });
    expect(winners + never).toBe(reference.vocabulary.size);
    expect(winsBySizeDecile.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(Math.abs((winsBySizeDecile[9] ?? 0) - 0.58)).toBeLessThan(0.06);
  });

  it('softmax-shift changes sizes and cosines, no probability and no distance', async () => {
    const result = await run('softmax-shift', { text: 'The capital of France is', size: 10, seed: 1 });
    expect(result.probabilityChange).toBeLessThan(1e-12);
    expect(result.distanceChange).toBeLessThan(1e-12);
    expect(result.sizeChange).toBeGreaterThan(1);
    expect(result.cosineChange).toBeGreaterThan(0.1);
  });

  it('length: nothing before the norm, temperature after it', async () => {
    const { scales, beforeNorm, afterNorm } = await run('length', { text: 'The capital of France is' });
    const one = scales.indexOf(1);
    expect(beforeNorm[one]).toBe(0);
    expect(Math.max(...beforeNorm)).toBeLessThan(1e-4);
    expect(afterNorm[one]?.top[0]).toMatchObject({ text: ' Paris', value: expect.closeTo(0.772532281, 5) as number });
    for (const { overlap: shared } of afterNorm)
      expect(shared['dot-cosine']).toBe(afterNorm[one]?.overlap['dot-cosine']);
    expect(afterNorm[0]?.overlap['euclidean-dot']).toBe(0);
  });

  it('between begins and ends at its tokens, and in the text as the text itself does', async () => {
    const engine = await defaultEngine();
    const [from, to] = await Promise.all(
      [' king', ' queen'].map(async (text) => (await engine.tokenise({ text })).tokens[0]?.id ?? -1),
    );
    const { steps } = await run('between', {
      from: from as number,
      to: to as number,
      steps: 3,
      text: 'The crown belongs to the king',
    });
    expect([steps[0]?.straight.nearest.euclidean[0]?.id, steps[2]?.sphere.nearest.cosine[0]?.id]).toEqual([from, to]);
    expect(steps[1]?.sphere.size).toBeGreaterThan(steps[1]?.straight.size ?? Infinity);
    const plain = (
      await engine.inspect({
        text: 'The crown belongs to the king',
        neighbours: 0,
        top: 1,
        layers: false,
        centred: false,
      })
    ).predictions?.at(-1)?.top[0];
    expect(steps[0]?.straight.predicted[0]).toMatchObject({
      id: plain?.id,
      value: expect.closeTo(plain?.probability ?? 0, 4) as number,
    });
  });

  it('tied says that input and output are one, and what the gain turns', async () => {
    const { tied, angle, gainFolded } = await run('tied', {});
    expect([tied, angle.max]).toEqual([true, 0]);
    expect(gainFolded?.angle.min).toBeLessThan(gainFolded?.angle.mean ?? NaN);
    expect(gainFolded?.most[0]?.value).toBeCloseTo(gainFolded?.angle.max ?? NaN, 10);
  });

  // It asks of each token whether any text is cut into it: a small model answers that sooner.
  it.each(sampled([], ['extremes']))(
    '%s names the ends of the sizes as the reference does, and the duplicates',
    async () => {
      const { longest, shortest, duplicates } = await run('extremes', {});
      expect(longest.slice(0, 10).map(({ id }) => id)).toEqual(reference.vocabulary.largest.map(([id]) => id));
      expect(shortest.slice(0, 10).map(({ id }) => id)).toEqual(reference.vocabulary.smallest.map(([id]) => id));
      // Of each group all but the first miss themselves: 11 in the whole vocabulary.
      expect(duplicates.reduce((sum, ids) => sum + ids.length - 1, 0)).toBe(11);
    },
  );

  it('stops when it is told to, and says how far it was', async () => {
    const engine = await defaultEngine();
    const control = new AbortController();
    const fractions: number[] = [];
    const result = engine.lab(
      { name: 'round-trip', options: {} },
      {
        signal: control.signal,
        onProgress: ({ fraction, estimate }) => {
          fractions.push(fraction);
          expect(estimate?.name === 'round-trip' && estimate.result.tried).toBe(256);
          control.abort();
        },
      },
    );
    await expect(result).rejects.toSatisfy(isCancelled);
    expect(fractions).toHaveLength(1);
  });

  it('refuses what it cannot do', async () => {
    await expect(run('rulers', { id: -1, k: 10, sample: 0 })).rejects.toThrow(/token id is -1/);
    await expect(run('rulers', { id: 0, k: 0, sample: 0 })).rejects.toThrow(/list is 0/);
    for (const size of [NaN, -1, 1e300, Infinity])
      await expect(run('softmax-shift', { text: 'a', size, seed: 1 })).rejects.toThrow(
        /size of the shift is .*. Give 0 to 1000000000/,
      );
    await expect(run('between', { from: 1, to: 2, steps: 1, text: 'a' })).rejects.toThrow(/steps is 1/);
  });
});
