import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candidate, Contrast } from '../../../src/shared/contrasts';
import { byMetric } from '../../../src/shared/metrics';
import type { PanelState } from '../../../src/shared/panel';
import { sentence } from '../../../src/webview/parts/words';
import { boxesAlong } from '../../../src/webview/picture/arrow';
import { overlap } from '../../../src/webview/picture/labels';
import { arrowsOf } from '../../../src/webview/point/geometry';
import { namedPosition, shownExample } from '../../../src/webview/point/shown';
import {
  agreementDetail,
  contrastDetail,
  contrastLead,
  contrastWhy,
  neighboursLead,
  printedNumbers,
  surpriseWords,
} from '../../../src/webview/point/words';
import { allFirst, neighbours, vocabularyToken } from './build';

interface Factors {
  readonly size: number;
  readonly cosine: number;
  readonly bias?: number;
}
const hiddenSize = 40;

function candidate(text: string, id: number, { size, cosine, bias = 0 }: Factors): Candidate {
  const dot = hiddenSize * size * cosine;
  return {
    token: vocabularyToken(text, id, size),
    values: { ...byMetric(() => 0), dot, cosine, euclidean: Math.sqrt(hiddenSize ** 2 + size ** 2 - 2 * dot) },
    angle: (Math.acos(cosine) * 180) / Math.PI,
    ranks: allFirst,
    probability: 0.1,
    rawLogit: dot + bias,
    logit: dot + bias,
    bias,
    logitRank: 1,
  };
}

/** As it arrives in the page: no object in it is the same as another. */
const contrast = (change: Partial<Contrast> & Pick<Contrast, 'predicted'>): Contrast => {
  const { predicted, nearest, aligned, ...rest } = contrastOf(change);
  return { ...rest, predicted: { ...predicted }, nearest: { ...nearest }, aligned: { ...aligned } };
};
const contrastOf = (change: Partial<Contrast> & Pick<Contrast, 'predicted'>): Contrast => ({
  position: 2,
  after: vocabularyToken(' of', 5),
  parting: 'all',
  hiddenSize,
  nearest: change.predicted,
  aligned: change.predicted,
  ...change,
});

const the = candidate(' the', 1, { size: 2.8, cosine: 0.109 });
const France = candidate(' France', 2, { size: 2.28, cosine: 0.131 });
const China = candidate(' China', 3, { size: 1.98, cosine: 0.132 });

describe('the sentence about a disagreement', () => {
  const both = (one: Contrast) => [
    sentence(contrastLead(one, null)),
    [sentence(contrastDetail(one)), sentence(contrastWhy(one))].filter((said) => said !== '').join(' '),
  ];

  test('names three tokens, and that the largest wins', () => {
    expect(both(contrast({ predicted: the, nearest: France, aligned: China }))).toEqual([
      'After ·of the model expects ·the. It is neither the nearest nor the best aligned.',
      'Nearest by distance is ·France, best aligned is ·China. But ·the reaches further along h: its dot product is 12.21; that of ·France is 11.95. ·France is nearer because less of it points away from h (2.26 against 2.78). The dot product ignores that part. ·China is better aligned, but smaller (1.980 against 2.800).',
    ]);
  });

  test('names the position of a token that the text has more than once', () => {
    expect(
      sentence(contrastLead(contrast({ parting: 'distance', predicted: the, nearest: France }), 'position 3')),
    ).toBe('After ·of (position 3) the model expects ·the. It is not the nearest.');
  });

  test('names one rival', () => {
    expect(both(contrast({ parting: 'logit', predicted: the, nearest: France, aligned: France }))).toEqual([
      'After ·of the model expects ·the. But ·France is nearer and better aligned.',
      'Nearest by distance and best aligned is ·France. But ·the reaches further along h: its dot product is 12.21; that of ·France is 11.95. ·France is nearer because less of it points away from h (2.26 against 2.78). The dot product ignores that part.',
    ]);
    expect(both(contrast({ parting: 'angle', predicted: the, aligned: China }))[1]).toBe(
      'Best aligned is ·China. By distance ·the comes first too. ·the reaches further along h: its dot product is 12.21; that of ·China is 10.45. ·China is better aligned, but smaller (1.980 against 2.800).',
    );
  });

  test('prints each number as the table does, with digits that tell the candidates apart', () => {
    const near = candidate(' b', 4, { size: 2.8004, cosine: 0.10897 });
    const one = contrast({ parting: 'distance', predicted: the, nearest: near });
    const { logits, angles, sizes } = printedNumbers(one);
    expect([logits, angles, sizes]).toEqual([
      ['12.208', '12.206'],
      ['83.742°', '83.744°'],
      ['2.8000', '2.8004'],
    ]);
    expect(sentence(contrastDetail(one))).toContain(`its dot product is ${logits[0]}; that of ·b is ${logits[1]}.`);
  });

  test('says why a rival is nearer although it stands further to the side: the prediction overshoots', () => {
    const [large, near] = [candidate(' a', 4, { size: 60, cosine: 1 }), candidate(' b', 5, { size: 41, cosine: 0.95 })];
    expect(sentence(contrastWhy(contrast({ parting: 'distance', predicted: large, nearest: near })))).toBe(
      '·b is nearer because ·a reaches beyond the tip of h. The dot product rewards that.',
    );
  });

  test('gives each rival its own reason where biases count', () => {
    const short = candidate(' a', 4, { size: 1.2, cosine: 0.2, bias: 0.5 });
    const near = candidate(' b', 5, { size: 2.9, cosine: 0.09 });
    expect(both(contrast({ predicted: the, nearest: near, aligned: short }))[1]).toBe(
      'Nearest by distance is ·b, best aligned is ·a. ·the wins because it is better aligned than ·b (83.7° against 84.8°), and it is larger than ·a (2.800 against 1.200).',
    );
  });

  test('says that the text goes on with a rival, and nothing if it does not', () => {
    const one = contrast({ predicted: the, nearest: { ...France, probability: 0.087 }, aligned: China });
    expect(sentence(surpriseWords(one, 2) ?? [])).toBe(
      'The text itself goes on with ·France. The model gave it a probability of 0.087, and ·the one of 0.100.',
    );
    expect(surpriseWords(one, 1)).toBeNull();
    expect(surpriseWords(one, undefined)).toBeNull();
  });

  test('says of arrows that point away that the smaller wins', () => {
    const [small, large] = [
      candidate(' a', 4, { size: 1, cosine: -0.2 }),
      candidate(' b', 5, { size: 3, cosine: -0.1 }),
    ];
    expect(both(contrast({ parting: 'angle', predicted: small, aligned: large }))[1]).toBe(
      'Best aligned is ·b. By distance ·a comes first too. ·a reaches further along h: its dot product is −8.00; that of ·b is −12.00. ·b is better aligned, but both point away from h, and it is larger (3.000 against 1.000).',
    );
  });

  test('says when the bias decides', () => {
    const biased = candidate(' a', 4, { size: 2, cosine: 0.1, bias: 3 });
    expect(both(contrast({ parting: 'distance', predicted: biased, nearest: France }))[1]).toBe(
      'Nearest by distance is ·France. By angle ·a comes first too. ·a wins because its output bias puts it before ·France (3.00 against 0.00).',
    );
  });
});

describe('the sentence about an agreement', () => {
  const compared = (text: string, id: number, size: number) => ({
    token: vocabularyToken(text, id, size),
    size,
    cosine: 0.1,
    dot: 1,
  });
  const closest = { position: 0, hiddenSize: 88.4, predicted: compared(' a', 1, 2), rival: compared(' b', 2, 3) };

  test.each([
    [{ kind: 'lead', ...closest } as const, /·a is so much better aligned than ·b/],
    [{ kind: 'large-hidden', ...closest } as const, /‖h‖ 88\.4\) that distance follows .* ·b is smaller than ·a/],
    [{ kind: 'largest', ...closest } as const, /‖h‖ 88\.4/],
    [{ kind: 'bias', ...closest, predictedBias: 1, rivalBias: 0 } as const, /name ·b, but the output bias puts ·a/],
    [{ kind: 'tied', position: 0 } as const, /same dot product/],
    [
      { kind: 'sizes-alike', position: 0, smallest: compared(' a', 1, 2), largest: compared(' b', 2, 2.05) } as const,
      /\(2\.000 to 2\.050\)/,
    ],
    [
      {
        kind: 'sizes-alike',
        position: 0,
        smallest: compared(' a', 1, 1.0309),
        largest: compared(' b', 2, 1.0313),
      } as const,
      /\(1\.0309 to 1\.0313\)/,
    ],
  ])('gives the reason: $kind', (agreement, expected) => {
    expect(sentence(agreementDetail(agreement))).toMatch(expected);
  });
});

test('the example at the chosen position is shown, else the first, and the header names its position while it is read', () => {
  const [first, second] = [2, 1].map((position) => contrast({ position, predicted: the, nearest: France }));
  const state = (position: number): Pick<PanelState, 'contrasts' | 'position'> => ({
    position,
    contrasts: { kind: 'part', partings: [], examples: [first as Contrast, second as Contrast] },
  });
  expect([4, 2, 1].map((position) => shownExample(state(position)))).toEqual([0, 0, 1]);
  expect([4, 2, 1].map((position) => namedPosition(state(position), 'point'))).toEqual([2, 2, 1]);
  expect([4, 2, 1].map((position) => namedPosition(state(position), 'tokens'))).toEqual([4, 2, 1]);
  expect(shownExample({ position: 4, contrasts: null })).toBeNull();
  expect(namedPosition({ position: 4, contrasts: null }, 'point')).toBe(4);
});

test('before the run the neighbours of the chosen token speak', () => {
  expect(sentence(neighboursLead(neighbours([1, 2], [1, 2], [1, 2])))).toContain('by distance, by angle and by dot');
  expect(sentence(neighboursLead(neighbours([1, 2], [1, 2], [3, 1])))).toContain('By dot product t3 comes first.');
  expect(sentence(neighboursLead(neighbours([1, 2], [1, 4], [3, 1])))).toContain('by angle t4, by dot product t3');
});

test('boxes along a line lie within the bounds, however long the line is', () => {
  const bounds = { left: 0, top: 0, right: 100, bottom: 50 };
  const boxes = boxesAlong({ x: 50, y: 25 }, { x: 1e9, y: 25 }, 8, bounds);
  expect(boxes.length).toBeLessThan(10);
  expect(boxes.at(-1)?.left).toBeLessThanOrEqual(100);
  expect(boxesAlong({ x: -9, y: 60 }, { x: 200, y: 60 }, 8, bounds)).toEqual([]);
});

describe('the arrows', () => {
  const factors = fc.record({
    size: fc.double({ min: 0.01, max: 20, noNaN: true }),
    cosine: fc.double({ min: -1, max: 1, noNaN: true }),
  });

  test('have their true lengths and reach along h, stay in the picture, and no two labels overlap', () => {
    fc.assert(
      fc.property(factors, factors, factors, fc.integer({ min: 380, max: 900 }), (a, b, c, width) => {
        const [predicted, nearest, aligned] = [candidate('a', 1, a), candidate('b', 2, b), candidate('c', 3, c)];
        const drawn = arrowsOf(contrast({ predicted, nearest, aligned }), width, () => 40);
        const { origin, arrows, stretch, height } = drawn;
        for (const { tip } of arrows) {
          expect(tip.x).toBeGreaterThanOrEqual(origin.x - 1e-6);
          expect(tip.x).toBeLessThanOrEqual(width);
          expect(tip.y).toBeGreaterThanOrEqual(0);
          expect(tip.y).toBeLessThanOrEqual(height);
        }
        const scales = arrows.map(({ tip, candidate: { token } }) => {
          const [across, up] = [tip.x - origin.x, (origin.y - tip.y) / stretch];
          return Math.hypot(across, up) / token.size;
        });
        for (const scale of scales) expect(scale / (scales[0] ?? NaN)).toBeCloseTo(1, 6);
        for (const { tip, reach } of arrows)
          expect((origin.y - tip.y) / stretch).toBeCloseTo(reach * (scales[0] ?? NaN), 6);
        for (const { x, y, id } of drawn.names) {
          const box = { left: x, right: x + 40, top: y - 6, bottom: y + 6 };
          for (const { tip, sideX } of arrows)
            if (sideX !== null)
              expect(overlap(box, { left: tip.x, right: tip.x + 0.01, top: tip.y, bottom: origin.y }), `${id}`).toBe(
                false,
              );
        }
        const sides = arrows.map(({ sideX }) => sideX);
        if (sides.some((x) => x !== null)) {
          for (const x of sides.slice(0, 2)) expect(x).not.toBeNull();
          const [first = 0, ...rest] = sides.filter((x) => x !== null).sort((x, y) => x - y);
          rest.reduce((before, x) => (expect(x - before).toBeGreaterThanOrEqual(40 - 1e-6), x), first);
        }
        const labels = arrows.map(({ labelY }) => labelY).sort((x, y) => x - y);
        labels.slice(1).forEach((y, i) => expect(y - (labels[i] ?? NaN)).toBeGreaterThan(12));
      }),
    );
  });
});
