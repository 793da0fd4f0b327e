import fc from 'fast-check';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import type { Candidate, Contrast } from '../../../../src/shared/contrasts';
import { sizeOfH } from '../../../../src/shared/format';
import { defaultView } from '../../../../src/shared/kept';
import { byMetric } from '../../../../src/shared/metrics';
import { type PanelState } from '../../../../src/shared/panel';
import { sentence } from '../../../../src/webview/parts/words';
import { boxesAlong } from '../../../../src/webview/picture/arrow';
import { arrowsOf } from '../../../../src/webview/picture/arrows';
import { boxesOverlap } from '../../../../src/webview/picture/name';
import { aroundHidden } from '../../../../src/webview/point/around';
import {
  agreementDetail,
  contrastDetail,
  contrastLead,
  contrastWhy,
  distancesAlike,
  neighboursLead,
  printedNumbers,
  surpriseWords,
  shownExample,
} from '../../../../src/webview/point/pointWords';
import { point } from '../../../../src/webview/point/section';
import { allFirst, inspected, model, neighbours, vocabularyToken } from '../build';

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
      'After ·of the model expects ·the. It is neither the nearest to h nor the best aligned.',
      'Nearest by distance is ·France, best aligned is ·China. ·the reaches further along h, the vector that the model ends with: its dot product is 12.21; that of ·France is 11.95. ·France is nearer because it sticks out less to the side, at a right angle to h (2.26 against 2.78). The dot product ignores that part. ·China is better aligned, but its size counts against it (1.980 against 2.800).',
    ]);
  });

  test('names the position of a token that the text has more than once', () => {
    expect(
      sentence(contrastLead(contrast({ parting: 'distance', predicted: the, nearest: France }), 'position 3')),
    ).toBe('After ·of (position 3) the model expects ·the. It is not the nearest to h.');
  });

  test('names one rival', () => {
    expect(both(contrast({ parting: 'logit', predicted: the, nearest: France, aligned: France }))).toEqual([
      'After ·of the model expects ·the. It is neither the nearest to h nor the best aligned.',
      'Nearest by distance is ·France, best aligned is ·France. ·the reaches further along h, the vector that the model ends with: its dot product is 12.21; that of ·France is 11.95. ·France is nearer because it sticks out less to the side, at a right angle to h (2.26 against 2.78). The dot product ignores that part.',
    ]);
    expect(both(contrast({ parting: 'angle', predicted: the, aligned: China }))[1]).toBe(
      'Nearest by distance is ·the, best aligned is ·China. ·the reaches further along h, the vector that the model ends with: its dot product is 12.21; that of ·China is 10.45. ·China is better aligned, but its size counts against it (1.980 against 2.800).',
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

  test('says as a range how many times as large as the tokens h is', () => {
    // 40 / 2.8, 40 / 2.28, 40 / 1.98.
    expect(distancesAlike(contrast({ predicted: the, nearest: France, aligned: China }))).toBe(
      'The distances are nearly equal because h is 14–20 times as large as these tokens.',
    );
    expect(distancesAlike(contrast({ parting: 'distance', predicted: the, nearest: { ...the } }))).toContain(
      'h is 14 times',
    );
    const large = candidate(' a', 4, { size: 11, cosine: 0.1 });
    expect(distancesAlike(contrast({ predicted: the, nearest: large }))).toBeNull();
    const zero = candidate(' a', 4, { size: 0, cosine: 0 });
    expect(distancesAlike(contrast({ predicted: the, nearest: zero }))).toBeNull();
  });

  test('prints numbers that multiply to the dot product that it prints', () => {
    const one = contrast({ predicted: the, nearest: France, aligned: China });
    const { logits, angles, sizes } = printedNumbers(one);
    logits.forEach((logit, row) => {
      const cosine = Math.cos((parseFloat(angles[row] ?? '') * Math.PI) / 180);
      const product = Number(sizeOfH(one.hiddenSize)) * Number(sizes[row]) * cosine;
      expect(Math.abs(product - Number(logit))).toBeLessThanOrEqual(0.015);
    });
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
      'Nearest by distance is ·b, best aligned is ·a. ·the wins because it is better aligned than ·b (83.74° against 84.84°), and its size puts it before ·a (2.800 against 1.200).',
    );
  });

  test('says that the text goes on with a rival, and nothing if it does not', () => {
    const one = contrast({ predicted: the, nearest: { ...France, probability: 0.087 }, aligned: China });
    expect(sentence(surpriseWords(one, 2) ?? [])).toBe(
      'The text goes on with ·France. The model gave ·France a probability of 0.087 and ·the a probability of 0.100.',
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
      'Nearest by distance is ·a, best aligned is ·b. ·a reaches further along h, the vector that the model ends with: its dot product is −8.00; that of ·b is −12.00. ·b is better aligned, but its size counts against it (3.000 against 1.000).',
    );
  });

  test('says when the bias decides', () => {
    const biased = candidate(' a', 4, { size: 2, cosine: 0.1, bias: 3 });
    expect(both(contrast({ parting: 'distance', predicted: biased, nearest: France }))[1]).toBe(
      'Nearest by distance is ·France, best aligned is ·a. ·a wins because its output bias puts it before ·France (3.00 against 0.00).',
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
    [{ kind: 'large-hidden', ...closest } as const, /‖h‖ 88\.40\) that distance follows the dot product/],
    [{ kind: 'largest', ...closest } as const, /‖h‖ 88\.40/],
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

describe('the example that is shown', () => {
  const [first, second] = [2, 1].map((position) => contrast({ position, predicted: the, nearest: France }));
  const contrasts = { kind: 'part' as const, partings: [], examples: [first as Contrast, second as Contrast] };
  const state = (change: Partial<PanelState> = {}) =>
    inspected(['The', ' capital', ' of'], { contrasts, position: 2, ...change }, { surprisal: [null, 1, 1] });
  const body = (of: PanelState) =>
    renderToString(
      h(point.Body, {
        state: of,
        view: defaultView,
        shown: [],
        act: { post: () => {}, setView: () => {}, see: () => {}, goTo: () => {} },
      }),
    );

  test('is the one at the chosen position, else the first', () => {
    expect([4, 2, 1].map((position) => shownExample({ position, contrasts }))).toEqual([0, 0, 1]);
    expect(shownExample({ position: 4, contrasts: null })).toBeNull();
  });

  test('says which position the other rooms show, if that is another', () => {
    expect(body(state())).toContain('Show me in the text');
    expect(body(state())).not.toContain('The other rooms');
    const elsewhere = body(state({ position: 0 }));
    expect(elsewhere).toContain('The other rooms show position 1.');
    expect(elsewhere).toContain('Show position 3 instead');
  });

  test('leads to the tokens where the document does not have its token', () => {
    const { text } = state();
    if (!text) throw new Error('Nothing is inspected.');
    const added = body(
      state({ text: { ...text, tokens: text.tokens.map((token) => ({ ...token, start: 0, end: 0 })) } }),
    );
    expect(added).toContain('Show me among the tokens');
    expect(added).not.toContain('Show me in the text');
  });

  test('leads to the section of the candidate that was chosen in its table', () => {
    const facts = { token: the.token, ownRank: { raw: allFirst, centred: allFirst, normed: allFirst } };
    expect(body(state())).not.toContain('in Token');
    expect(body(state({ token: facts }))).toMatch(/Show <span.*the.* in Token/);
  });

  test('has an empty place until it is known, in which nothing stands of another text', () => {
    const next = neighbours([1, 2], [1, 2], [1, 2]);
    const running = { kind: 'working', what: 'running', fraction: null, modelBytes: null } as const;
    for (const awaited of [
      state({ contrasts: null, neighbours: next }),
      state({ contrasts: null, neighbours: next, run: null }),
      state({ contrasts: null, neighbours: next, run: null, status: running }),
    ]) {
      expect(body(awaited)).toContain('Looking for positions where distance, angle and dot product disagree.');
      expect(body(awaited)).not.toContain('<h3');
    }
    // Without layers none is to come.
    expect(body(state({ contrasts: null, run: null, neighbours: next, model: { ...model, trunk: null } }))).toContain(
      '<h3',
    );
  });
});

test('before the run the neighbours of the chosen token speak', () => {
  expect(sentence(neighboursLead(neighbours([1, 2], [1, 2], [1, 2])))).toContain(
    'by distance is t2, by angle t2, by dot product t2',
  );
  expect(sentence(neighboursLead(neighbours([1, 2], [1, 2], [3, 1])))).toContain('by dot product t3.');
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
        const drawn = arrowsOf(aroundHidden(contrast({ predicted, nearest, aligned })), width, () => 40);
        const { origin, arrows, stretch, height } = drawn;
        for (const { tip } of arrows) {
          expect(tip.x).toBeGreaterThanOrEqual(origin.x - 1e-6);
          expect(tip.x).toBeLessThanOrEqual(width);
          expect(tip.y).toBeGreaterThanOrEqual(0);
          expect(tip.y).toBeLessThanOrEqual(height);
        }
        const scales = arrows.map(({ tip, vector }) => {
          const size = [predicted, nearest, aligned].find(({ token }) => token.id === vector.id)?.token.size ?? NaN;
          const [across, up] = [tip.x - origin.x, (origin.y - tip.y) / stretch];
          return Math.hypot(across, up) / size;
        });
        for (const scale of scales) expect(scale / (scales[0] ?? NaN)).toBeCloseTo(1, 6);
        for (const { tip, vector } of arrows)
          expect((origin.y - tip.y) / stretch).toBeCloseTo(vector.reach * (scales[0] ?? NaN), 6);
        const boxes = drawn.names.map(({ x, y }) => ({ left: x, right: x + 40, top: y - 6, bottom: y + 6 }));
        for (const [at, box] of boxes.entries())
          for (const other of boxes.slice(at + 1)) expect(boxesOverlap(box, other)).toBe(false);
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

  test('all have a name, even where lines have to run through it', () => {
    const steps = [0.05, 0.12, 0.2, 0.35];
    for (const width of [380, 640])
      for (const a of steps)
        for (const b of steps)
          for (const c of steps) {
            const [predicted, nearest, aligned] = [
              candidate('a', 1, { size: 3, cosine: a }),
              candidate('b', 2, { size: 1 + 9 * b, cosine: b }),
              candidate('c', 3, { size: 2, cosine: c + 0.01 }),
            ];
            const { names } = arrowsOf(aroundHidden(contrast({ predicted, nearest, aligned })), width, () => 84);
            expect(names, JSON.stringify([width, a, b, c])).toHaveLength(3);
          }
  });
});
