import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byClarity,
  candidatesOf,
  causeOf,
  partingOf,
  type Candidate,
  type Contrast,
  type Firsts,
  type NamedContrast,
} from '../../src/shared/contrasts';
import { byMetric } from '../../src/shared/metrics';
import type { RankedToken } from '../../src/shared/tokens';

const bytes = (text: string): number[] => [...new TextEncoder().encode(text)];

/** A token with an id of its own for each text. */
const tokenOf = (text: string, special = false) => ({
  id: [...text].reduce((id, letter) => id * 1000 + (letter.codePointAt(0) ?? 0), 0),
  bytes: bytes(text),
  special,
});

type Numbers = readonly [distance: number, cosine: number, rawLogit: number, probability: number];
const named = (text: string, [distance, cosine, rawLogit, probability]: Numbers): NamedContrast => ({
  token: tokenOf(text),
  ...{ distance, cosine, rawLogit, probability },
});

/** The metrics name three tokens, with the numbers of a real example. */
function three(position: number, predicted: Partial<NamedContrast> = {}, after = tokenOf(' of')): Firsts {
  return {
    position,
    after,
    predicted: { ...named(' the', [42.082, 0.109, 12.94, 0.113]), ...predicted },
    nearest: named(' France', [42.057, 0.131, 12.69, 0.087]),
    aligned: named(' China', [42.08, 0.132, 11.08, 0.018]),
    ranks: { distance: 4, angle: 17 },
  };
}
const positions = (list: readonly Firsts[]) => byClarity(list).map(({ position }) => position);

describe('the metrics at one position', () => {
  const { predicted, nearest, aligned } = three(0);
  const parting = (change: Partial<Firsts>) => partingOf({ ...three(0), ...change });

  it('name one token, two or three', () => {
    expect(parting({})).toBe('all');
    expect(parting({ nearest: predicted, aligned: predicted })).toBe('none');
    expect(parting({ nearest: predicted })).toBe('angle');
    expect(parting({ aligned: predicted })).toBe('distance');
    expect(parting({ aligned: nearest, nearest: { ...nearest, cosine: 0.133 } })).toBe('logit');
  });

  it('name the same token if they cannot tell two apart', () => {
    const close = 1 - 1e-14;
    expect(parting({ nearest: { ...nearest, distance: predicted.distance * close }, aligned: predicted })).toBe('none');
    expect(parting({ aligned: { ...aligned, cosine: predicted.cosine + 1e-15 }, nearest: predicted })).toBe('none');
    expect(parting({ aligned: { ...aligned, cosine: nearest.cosine + 1e-15 } })).toBe('logit');
    // Two tokens share the largest logit: neither is the prediction.
    expect(parting({ aligned: { ...aligned, rawLogit: predicted.rawLogit } })).toBe('none');
  });

  it('leave one object for each token that they name', () => {
    const tied = { ...aligned, cosine: nearest.cosine + 1e-15 };
    const [found] = byClarity([{ ...three(0), aligned: tied }]);
    expect(found).toMatchObject({ parting: 'logit', nearest, aligned: nearest });
    const [other] = byClarity([{ ...three(0), nearest: { ...nearest, distance: aligned.distance } }]);
    expect(other).toMatchObject({ parting: 'logit', nearest: aligned, aligned });
  });
});

describe('the order of positions', () => {
  const angleOnly = (position: number): Firsts => {
    const { predicted, ...others } = three(position, { probability: 0.9 });
    return { ...others, predicted, nearest: predicted, ranks: { distance: 1, angle: 17 } };
  };

  it('puts first where the other rulers rank the prediction furthest back', () => {
    const demoted = (position: number, distance: number, angle: number) => ({
      ...three(position),
      ranks: { distance, angle },
    });
    expect(positions([demoted(0, 2, 2), demoted(1, 21, 21), demoted(2, 1, 21), demoted(3, 4, 17)])).toEqual([
      1, 3, 2, 0,
    ]);
    // Not where it cannot be read.
    expect(positions([{ ...demoted(0, 21, 21), after: tokenOf(',') }, demoted(1, 2, 2)])).toEqual([1, 0]);
  });

  it('puts three tokens before two, and the earlier of equals first', () => {
    expect(positions([angleOnly(0), three(1), three(2)])).toEqual([1, 2, 0]);
  });

  it('puts words before punctuation, and that before tokens that cannot be read', () => {
    const after = (position: number, text: string, special = false) => three(position, {}, tokenOf(text, special));
    const fragment = three(0, {}, { ...tokenOf('x'), bytes: [0xf0, 0x9f] });
    expect(
      positions([fragment, after(1, '<s>', true), after(2, ' \n'), after(3, ','), after(4, '7'), after(5, ' é')]),
    ).toEqual([5, 3, 4, 0, 1, 2]);
    // Two words come before three tokens of which one cannot be read.
    expect(positions([fragment, angleOnly(1)])).toEqual([1, 0]);
  });

  it('puts an unclear example last: an unlikely prediction, a close rival, or numbers that print alike', () => {
    const clear = angleOnly(9);
    for (const unclear of [
      three(0, { probability: 0.04 }),
      three(0, { probability: 0.1 }),
      three(0, { distance: 42.0575 }),
      three(0, { cosine: 0.1315 }),
    ])
      expect(positions([unclear, clear])).toEqual([9, 0]);
  });

  it('prefers a prediction that is neither nearest nor best aligned, then the greater lead in probability', () => {
    const { nearest } = three(0);
    const logitOnly = { ...three(1), aligned: { ...nearest, cosine: 0.14 }, nearest: { ...nearest, cosine: 0.14 } };
    expect(positions([angleOnly(0), logitOnly])).toEqual([1, 0]);
    expect(positions([three(0, { probability: 0.3 }), three(1, { probability: 0.4 })])).toEqual([1, 0]);
  });

  const someToken = fc.constantFrom(' the', ' France', ',', '7', ' ', '是', '\n', 'a');
  const numbers = fc.tuple(
    fc.integer({ min: 0, max: 6 }),
    fc.integer({ min: -3, max: 3 }).map((cosine) => cosine / 3),
    fc.integer({ min: -4, max: 4 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  );
  /** A vocabulary of up to eight tokens, and the first by each metric with ties to the lower id. */
  const firsts = fc
    .tuple(fc.uniqueArray(someToken, { minLength: 1 }), fc.array(numbers, { minLength: 8, maxLength: 8 }), someToken)
    .map(([texts, list, after]) => {
      const all = texts.map((text, i) => named(text, list[i] as Numbers));
      const first = (key: (token: NamedContrast) => number) =>
        all.toSorted((a, b) => key(a) - key(b) || a.token.id - b.token.id)[0] as NamedContrast;
      return {
        after: tokenOf(after),
        predicted: first((token) => -token.rawLogit),
        nearest: first((token) => token.distance),
        aligned: first((token) => -token.cosine),
        ranks: { distance: 1, angle: 1 },
      };
    });
  const texts = fc.array(firsts, { maxLength: 12 }).map((list) => list.map((at, position) => ({ ...at, position })));

  it('names no disagreement that is none, whatever the numbers', () => {
    fc.assert(
      fc.property(texts, (list) => {
        const found = byClarity(list);
        expect(found.length).toBe(list.filter((at) => partingOf(at) !== 'none').length);
        for (const { position, parting, predicted, nearest, aligned } of found) {
          const own = list[position] as Firsts;
          const ids = new Set([predicted, nearest, aligned].map(({ token }) => token.id));
          expect(ids.size).toBe(parting === 'all' ? 3 : 2);
          expect(nearest === predicted).toBe(parting === 'angle');
          expect(aligned === predicted).toBe(parting === 'distance');
          // What is said of each token is true of all that are named.
          for (const other of [own.predicted, own.nearest, own.aligned]) {
            expect(predicted.rawLogit).toBeGreaterThanOrEqual(other.rawLogit);
            expect(nearest.distance).toBeLessThanOrEqual(other.distance);
            expect(aligned.cosine).toBeGreaterThanOrEqual(other.cosine);
          }
          if (nearest !== predicted) expect(nearest.distance).toBeLessThan(predicted.distance);
          if (aligned !== predicted) expect(aligned.cosine).toBeGreaterThan(predicted.cosine);
        }
      }),
    );
  });

  it('does not depend on the order in which positions are given', () => {
    fc.assert(
      fc.property(texts, fc.func(fc.nat()), (list, key) => {
        const shuffled = list.toSorted((a, b) => key(a.position) - key(b.position));
        expect(byClarity(shuffled)).toEqual(byClarity(list));
      }),
    );
  });
});

describe('an example', () => {
  const ranked = (text: string, dot: number, cosine: number, size: number): RankedToken => ({
    token: { ...tokenOf(text), text, size: 9, percentile: 0, outputSize: size },
    values: { ...byMetric(() => 0), dot, cosine },
    angle: 0,
    ranks: byMetric(() => 1),
  });

  it('lists its different tokens, the prediction first', () => {
    const candidate = (text: string): Candidate => ({
      ...ranked(text, 0, 0, 1),
      ...{ probability: 0, logit: 0, rawLogit: 0, bias: 0, logitRank: 1 },
    });
    const [a, b, c] = ['a', 'b', 'c'].map(candidate) as [Candidate, Candidate, Candidate];
    const of = (predicted: Candidate, nearest: Candidate, aligned: Candidate) =>
      candidatesOf({ predicted, nearest, aligned } as Contrast);
    expect(of(a, b, c)).toEqual([a, b, c]);
    expect(of(a, { ...a }, c)).toEqual([a, c]);
    expect(of(a, b, { ...b })).toEqual([a, b]);
  });

  it('is won by length, angle, both, or the bias alone', () => {
    expect(causeOf(ranked('a', 3, 0.1, 3), ranked('b', 2, 0.2, 1))).toBe('size');
    expect(causeOf(ranked('a', 3, 0.3, 1), ranked('b', 2, 0.1, 2))).toBe('angle');
    expect(causeOf(ranked('a', 3, 0.3, 2), ranked('b', 2, 0.2, 1))).toBe('both');
    expect(causeOf(ranked('a', 2, 0.1, 2), ranked('b', 3, 0.2, 1))).toBe('bias');
    // Both point away from h, and the shorter token is less far behind.
    expect(causeOf(ranked('a', -1, -0.2, 1), ranked('b', -3, -0.3, 2))).toBe('both');
    expect(causeOf(ranked('a', -1, -0.3, 1), ranked('b', -3, -0.2, 5))).toBe('size');
  });
});
