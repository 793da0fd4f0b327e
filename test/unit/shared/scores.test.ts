import { describe, expect, it } from 'vitest';
import type { HeadScores } from '../../../src/shared/attention';
import { namedOnly } from '../../../src/shared/neighbourTable';
import { elsewhereFinding, firstKeys, knownScore, scoreRows, scoresFinding } from '../../../src/shared/scores';
import { english } from '../../../src/shared/translator';

const tokens = ['a', 'b', 'c', 'd'].map((text, id) => namedOnly({ id, text }));

/** A head that looks at c: the nearest and best aligned key is a, which is short. */
const scores = (change: Partial<HeadScores> = {}): HeadScores => ({
  ...{ layer: 2, head: 1, position: 3, scale: 0.5, cap: null, firstVisible: 0, rotates: true, q: 2 },
  k: Float64Array.of(1, 2, 4, 3),
  cosine: Float64Array.of(0.9, 0.1, 0.5, 0),
  distance: Float64Array.of(1.4, 2.7, 3.5, 3.6),
  score: Float64Array.of(0.9, 0.2, 2, 0),
  unrotated: Float64Array.of(0.9, 0.2, 2, 0),
  weights: Float64Array.of(0.2, 0.1, 0.6, 0.1),
  ...change,
});
const said = (change?: Partial<HeadScores>): string =>
  scoresFinding(scores(change), tokens, english)
    .map((word) => (typeof word === 'string' ? word : word.text))
    .join('');

describe('why a head looks there', () => {
  it('names the keys of the other rulers, and what size and angle give', () => {
    expect(said()).toBe(
      'Head 2.1 looks at c (0.60). By distance and by angle it would look at a. Its score is 1.10 above that of a: +2.10 by size and −1.00 by angle',
    );
  });

  it('says that all rulers agree, where they do', () => {
    expect(said({ cosine: Float64Array.of(0, 0.1, 0.9, 0), distance: Float64Array.of(3, 3, 1, 3) })).toContain(
      'its key is also the nearest and the best aligned',
    );
  });

  it('says which key the position makes lose', () => {
    const unrotated = Float64Array.of(0, 3, 2, 0);
    expect(said({ unrotated })).toMatch(/Without position it would look at b$/);
    expect(said({ unrotated, rotates: false })).not.toContain('Without position');
  });

  it('takes scores apart before their cap', () => {
    expect(said({ cap: 50 })).toContain('Before the cap its score is 1.10 above');
  });

  it('has nothing to compare at the first position', () => {
    const one = Float64Array.of(1);
    expect(said({ weights: one, k: one, cosine: one, distance: one, score: one, unrotated: one })).toBe(
      'Head 2.1 looks at a (1.00), the only key',
    );
  });

  it('lists a sink last, with its score and the weight that the keys lack', () => {
    const weights = Float64Array.of(0.125, 0.125, 0.25, 0.125);
    const sink = { token: null, count: 0, sink: 2.5, weight: 0.375 };
    expect(scoreRows(scores({ weights, sink: 2.5 }), tokens).at(-1)).toEqual(sink);
  });

  it('leaves keys that a window hides to no ruler', () => {
    const hidden = said({ firstVisible: 1, weights: Float64Array.of(0, 0.2, 0.7, 0.1) });
    expect(hidden).toContain('By distance it would look at b, by angle at c');
    expect([knownScore(-Infinity), knownScore(-2)]).toEqual([null, -2]);
  });

  it('takes no hidden key for the second, however little the others weigh', () => {
    const change = { firstVisible: 1, weights: Float64Array.of(0, 0, 1, 0) };
    expect(firstKeys(scores(change))).toEqual({ most: 2, second: 1, nearest: 1, aligned: 2 });
    expect(said({ firstVisible: 3, weights: Float64Array.of(0, 0, 0, 1) })).toBe(
      'Head 2.1 looks at d (1.00), the only key',
    );
  });

  it('lists the leading keys, those of other rulers, and the sum of the rest', () => {
    const rows = scoreRows(scores(), tokens, 1);
    expect(rows.map(({ position, weight }) => [position, Number(weight.toFixed(3))])).toEqual([
      [2, 0.6],
      [0, 0.2],
      [undefined, 0.2],
    ]);
    expect(rows.at(-1)?.count).toBe(2);
    expect(scoreRows(scores(), tokens, Infinity).map(({ position }) => position)).toEqual([2, 0, 1, 3]);
  });

  it('counts the heads that would look elsewhere', () => {
    const cell = (most: number, nearest: number, aligned: number) => ({ most, nearest, aligned });
    expect(elsewhereFinding([cell(0, 0, 0), cell(1, 0, 1), cell(2, 0, 0), cell(3, 3, 0)], english)).toBe(
      'rulers that choose another key: of 4 heads 2 (50.0 %) would look elsewhere by distance, and 2 (50.0 %) by angle',
    );
  });
});
