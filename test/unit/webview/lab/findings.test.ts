import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { defaultView } from '../../../../src/shared/kept';
import type { Experiment, Experiments } from '../../../../src/shared/lab';
import { labTablesIn } from '../../../../src/shared/labTables';
import { byMetric } from '../../../../src/shared/metrics';
import type { PanelState } from '../../../../src/shared/panel';
import { english } from '../../../../src/shared/translator';
import { tokensOf } from '../../../../src/webview/lab/data';
import { pages } from '../../../../src/webview/lab/experiments';
import { whyTied } from '../../../../src/webview/lab/experiments/roundTrip';
import { oneLengthFinding, rawShared, handicap } from '../../../../src/webview/lab/experiments/rulers';
import { doneInShort, findingOf, labFinding } from '../../../../src/webview/lab/findings';
import { sentence, type Words } from '../../../../src/webview/parts/words';
import { empty, model, neighbours, vocabularyToken } from '../build';
import {
  between,
  entry,
  extremes,
  length,
  misses,
  oneLength,
  results,
  roundTrip,
  rulers,
  run,
  shares,
  softmaxShift,
  targetSize,
  tied,
  untrained,
  untrainedToken,
} from '../labResults';
import { act } from '../pages';

const tokenOf = tokensOf(empty);
const says = (words: Words): string => sentence(words);
const finding = <E extends Experiment>(name: E, result: Experiments[E]['result']): string =>
  says(pages[name].finding(result, tokenOf, empty));
const short = <E extends Experiment>(name: E, result: Experiments[E]['result']): string =>
  says(pages[name].inShort(result, tokenOf));

describe('three rulers', () => {
  const over = (...overlap: Parameters<typeof shares>): string =>
    finding('rulers', rulers({ sample: { size: 1000, overlap: shares(...overlap), rbo: shares(...overlap) } }));

  test('say what the dot product does on its own', () => {
    expect(over(0.04, 0.52, 0.07)).toBe(
      'Of the 2 nearest to т1, distance and dot product share 0, distance and cosine 2, dot product and cosine 0. Over 1,000 tokens distance and dot product share 4.0 % of their lists, distance and cosine 52.0 %, dot product and cosine 7.0 %.',
    );
  });

  test('say how far they agree', () => {
    expect(over(0.95, 0.99, 0.93)).toContain(
      'Over 1,000 tokens distance and dot product share 95.0 % of their lists, distance and cosine 99.0 %, dot product and cosine 93.0 %.',
    );
    expect(
      finding(
        'rulers',
        rulers({ overlap: shares(1, 1, 1), sample: { size: 0, overlap: shares(0, 0, 0), rbo: shares(0, 0, 0) } }),
      ),
    ).toBe('For т1 all 3 list the same 2.');
  });

  test('are short without a sample too', () => {
    expect(short('rulers', rulers())).toBe('distance and dot product share 4.0 % on average');
    expect(short('rulers', rulers({ sample: { size: 0, overlap: shares(0, 0, 0), rbo: shares(0, 0, 0) } }))).toBe(
      'distance and dot product share 0 of 2',
    );
  });

  test('are explained by the handicap of large tokens', () => {
    const sized =
      (size: Record<number, number>) =>
      ({ id }: { id: number }) =>
        vocabularyToken(`т${id}`, id, size[id] ?? NaN);
    // q·w of the nearest from ‖q − w‖ = 1, ‖q‖ = 2, ‖w‖ = 2: (4 + 4 − 1) / 2.
    expect(says(handicap(rulers(), sized({ 2: 2, 3: 6 })))).toBe(
      'Apart from т1 itself, т3 leads by dot product with 6.000 against 3.500 for т2. Distance subtracts half the squared size: 6.000 − 18.000 = −12.000 for т3, 3.500 − 2.000 = 1.500 for т2. So т2 is nearer.',
    );
    expect(
      says(
        handicap(
          rulers({ lists: { ...byMetric(() => []), euclidean: [entry(1, 0), entry(2, 1)], dot: [entry(2, 3.5)] } }),
          sized({ 2: 2 }),
        ),
      ),
    ).toBe(
      'Apart from т1 itself, т2 is first by both. Distance subtracts half the squared size from the dot product: 3.500 − 2.000 = 1.500, more than for any other token.',
    );
    expect(handicap(rulers(), tokenOf)).toEqual([]);
    expect(handicap(rulers({ lists: byMetric((metric) => [entry(1, metric === 'dot' ? 4 : 0)]) }), tokenOf)).toEqual(
      [],
    );
  });
});

describe('one size', () => {
  test('is told beside what the lists share at their own sizes, where that is known', () => {
    expect(says(oneLengthFinding(oneLength(), 0, tokenOf))).toBe(
      'At one size the 3 lists of т1 are identical. At their own sizes, distance and dot product share 0 of 2.',
    );
    expect(says(oneLengthFinding(oneLength(), null, tokenOf))).toBe('At one size the 3 lists of т1 are identical.');
    expect(
      says(oneLengthFinding(oneLength({ identical: false, overlap: shares(0.5, 1, 0.5) }), null, tokenOf)),
    ).toContain(
      'At one size the 3 lists of т1 are not identical: distance and dot product share 1 of 2. Only rounding can make equal numbers differ.',
    );
  });

  test('looks for that in the other experiment and in the neighbours', () => {
    expect(
      rawShared(
        { lab: { rulers: run({ name: 'rulers', result: rulers({ overlap: shares(0.5, 1, 0) }) }) }, neighbours: null },
        oneLength(),
      ),
    ).toBe(1);
    expect(rawShared({ lab: {}, neighbours: neighbours([1, 2], [1, 2], [2, 3]) }, oneLength())).toBe(1);
    expect(
      rawShared({ lab: {}, neighbours: { ...neighbours([1, 2], [1, 2], [2, 3]), centred: true } }, oneLength()),
    ).toBeNull();
    const spaced = (space: 'input' | 'output') =>
      rawShared({ lab: {}, neighbours: { ...neighbours([1, 2], [1, 2], [2, 3]), space } }, oneLength());
    expect([spaced('input'), spaced('output')]).toEqual([1, null]);
    expect(rawShared({ lab: {}, neighbours: neighbours([1], [1], [2]) }, oneLength())).toBeNull();
  });
});

describe('the round trip', () => {
  const lost = (dot: number, tried = 1000): string =>
    finding(
      'round-trip',
      roundTrip({ tried, misses: { raw: misses(0, dot, 1), centred: misses(0, 0, 0), normed: misses(3, 2, 0) } }),
    );

  test('does not say that a larger vector wins where input and output have two matrices', () => {
    const untied = { ...empty, model: { ...model, tied: false } };
    const said = (dot: number) =>
      says(
        pages['round-trip'].finding(
          roundTrip({ tried: 1000, misses: { raw: misses(0, dot, 1), centred: misses(0, 0, 0) } }),
          tokenOf,
          untied,
        ),
      );
    expect(said(900)).toMatch(
      /^By dot product, 900 of 1,000 tokens do not come back\. When centred, it is 0 of 1,000\. Not found/,
    );
  });

  test('counts what does not come back, by the dot product first', () => {
    expect(finding('round-trip', roundTrip())).toBe(
      'By dot product, 44,116 of 49,152 tokens do not come back. When centred, it is 5,152 of 49,152. A larger vector wins. Not found first: 11 by distance, 11 by cosine. After the final norm: 32,495 by distance, 16 by cosine, 41,476 by dot product.',
    );
    expect(short('round-trip', roundTrip())).toBe('44,116 of 49,152 do not, by dot product');
  });

  test('has words for few, for none and for all', () => {
    expect(lost(0)).toMatch(/^By dot product, all 1,000 tokens come back/);
    expect(lost(200)).toContain(
      'By dot product, 200 of 1,000 tokens do not come back. When centred, it is 0 of 1,000.',
    );
    expect(
      short(
        'round-trip',
        roundTrip({ tried: 5, misses: { raw: misses(0, 0, 0), centred: misses(0, 0, 0), normed: misses(0, 0, 0) } }),
      ),
    ).toBe('all of 5 do, by dot product');
  });

  test('says what could not come out otherwise', () => {
    expect(whyTied(true)).toContain('only to a duplicate of its row');
    expect(whyTied(false)).toBeNull();
  });
});

test('the size of the target is judged by an even share', () => {
  const of = (largest: number, never = 2): string =>
    finding('target-size', targetSize({ winsBySizeDecile: [0.02, largest], never }));
  expect(of(0.58)).toBe(
    'The largest tenth of the tokens wins 58.0 % of the directions, the smallest 2.0 %: large tokens are large targets. Tokens that win none of the directions tried: 2.',
  );
  expect(of(0.2, 1)).toContain('large tokens are large targets. Tokens that win none of the directions tried: 1.');
  expect(of(0.1, 0)).toContain('size is no advantage here. Tokens that win none of the directions tried: 0.');
});

test('what softmax cannot see is told from rounding', () => {
  expect(finding('softmax-shift', softmaxShift())).toBe(
    'Probabilities change by at most 2.3 × 10⁻¹⁵ and distances by 0. This is only rounding. Sizes change by up to 3.61 and cosines by up to 0.876, so a raw cosine depends on the origin.',
  );
  expect(finding('softmax-shift', softmaxShift({ cosineChange: 0.002, sizeChange: 0.001 }))).toContain(
    'The vector is so small that',
  );
  expect(finding('softmax-shift', softmaxShift({ probabilityChange: 0.1 }))).toContain(
    'more than rounding, so this model sees the shift',
  );
  expect([
    short('softmax-shift', softmaxShift()),
    short('softmax-shift', softmaxShift({ probabilityChange: 0.1 })),
  ]).toEqual(['probabilities stay the same; cosines change by up to 0.876', 'probabilities change by up to 0.100']);
});

test('size counts after the norm, and before it only as far as ε goes', () => {
  expect(finding('length', length())).toBe(
    'Before the norm, factors from 0.01 to 10 change probabilities by up to 7.1 × 10⁻⁵, because of the norm’s ε. After the norm, the entropy goes from 15.58 bits at factor 0.01 to 0.00 bits at factor 10. The list by dot product stays the same. Distance shares 0 of 2 with it at factor 0.01 and 2 at factor 10.',
  );
  expect(finding('length', length({ beforeNorm: [0.2, 0, 0] }))).toContain(
    'Before the norm, factors from 0.01 to 10 change probabilities by up to 0.200, because of the norm’s ε. After the norm, the entropy goes from 15.58 bits at factor 0.01 to 0.00 bits at factor 10. The list by dot product stays the same. Distance shares 0 of 2 with it at factor 0.01 and 2 at factor 10.',
  );
  const ends = (first: number, last: number): string =>
    finding(
      'length',
      length({
        afterNorm: [first, last].map((share) => ({ ...length().afterNorm[0]!, overlap: shares(share, 0, 0) })),
      }),
    );
  expect(ends(1, 0.5)).toContain('Distance shares 2 of 2 with it at factor 0.01 and 1 at factor 10');
  expect(ends(0.5, 0.5)).toContain('Distance shares 1 of 2 with it at factor 0.01 and 1 at factor 10');
  expect([short('length', length()), short('length', length({ beforeNorm: [0.2] }))]).toEqual([
    'after the norm only',
    'before the norm too, by up to 0.200',
  ]);
});

test('the way between two tokens is told from its ends', () => {
  expect(finding('between', between())).toBe(
    'Along the straight line the vector shrinks to 1.500 at t = 0.50, below its smaller end (2.000). Along the sphere its size changes evenly. By cosine, the nearest is т1 up to t = 0.50, then т2. It is never another token. The prediction goes from т7 to т8.',
  );
  expect(
    finding(
      'between',
      between([
        [2, 1, 7],
        [2.1, 5, 7],
        [2.2, 2, 7],
      ]),
    ),
  ).toBe(
    'Along the straight line the vector is never smaller than at its smaller end (2.000). By cosine, т2 is the nearest from t = 1.00 on. At another step the nearest is т5. The prediction is т7 at both ends.',
  );
  expect(
    finding(
      'between',
      between([
        [2, 1, 7],
        [2, 1, 7],
      ]),
    ),
  ).toContain('By cosine, т2 is never the nearest.');
  expect(finding('between', between([], { to: { id: 1, text: 'т1' } }))).toBe(
    'Both ends are т1, so there is nothing between them.',
  );
});

test('the way between two tokens answers in short which token lies between', () => {
  expect(short('between', between())).toBe('Between т1 and т2 by cosine: no other token');
  expect(
    short(
      'between',
      between([
        [2, 1, 7],
        [2.1, 5, 7],
        [2.2, 2, 7],
      ]),
    ),
  ).toBe('Between т1 and т2 by cosine: т5');
});

test('tied and untied matrices are told by their angles', () => {
  expect(finding('tied', tied())).toBe(
    'One matrix is used for input and output: every token’s input vector is also its output vector. With the final norm’s gain folded in, they are 23.6° apart on average (6.3° to 46.6°). Largest angle: т9.',
  );
  const untied = (mean: number): string =>
    finding('tied', tied({ tied: false, angle: { mean, min: 1, max: 120 }, most: [entry(4, 120)] }));
  expect(untied(88)).toContain('(1.0° to 120.0°). They have almost nothing in common. Largest angle: т4.');
  expect(untied(50)).toContain('are 50.0° apart on average (1.0° to 120.0°). Largest');
  expect(short('tied', tied({ tied: false, angle: { mean: 50, min: 1, max: 120 } }))).toBe(
    'untied: 50.0° apart on average',
  );
});

test('the ends of the vocabulary are counted in words', () => {
  expect(finding('extremes', extremes())).toBe(
    'The largest is т6 with 7.495, the smallest т7 with 1.793. Tokens that share a row: 5, rows that they share: 2. Tokens that no text produces: 0.',
  );
  expect(finding('extremes', extremes({ duplicates: [[1, 2]], unreachable: [{ id: 3, text: 'т3' }] }))).toContain(
    'Tokens that share a row: 2, rows that they share: 1. Tokens that no text produces: 1.',
  );
  expect(
    finding(
      'extremes',
      extremes({
        longest: [],
        duplicates: [],
        unreachable: [
          { id: 3, text: 'т3' },
          { id: 4, text: 'т4' },
        ],
      }),
    ),
  ).toBe('No two tokens have the same row. Tokens that no text produces: 2.');
});

test('tokens that are almost equally large are told apart in the lists, and said to be alike', () => {
  const alike = extremes({
    longest: [entry(6, 1.03512), entry(5, 1.03498)],
    shortest: [entry(7, 1.0309), entry(4, 1.03091)],
  });
  expect(finding('extremes', alike)).toMatch(
    /^All tokens are almost equally large: the largest is т6 with 1\.0351, the smallest т7 with 1\.0309\. /,
  );
  const [longest] = labTablesIn(english, tokenOf).extremes(alike);
  expect(longest.rows.map((row) => longest.columns[3]?.print?.(row[3] as number))).toEqual(['1.03512', '1.03498']);
});

test('every experiment has a finding and a short one', () => {
  for (const found of results) {
    expect(says(findingOf(found, empty)), found.name).not.toBe('');
    expect(says(doneInShort({ result: found }, tokenOf)), found.name).not.toBe('');
  }
});

describe('tokens that were never trained', () => {
  const { reference } = untrained();

  test('are counted by what makes them, with how sure that is and what sizes say', () => {
    expect(finding('untrained', untrained())).toBe(
      'Other tokens that point the same way as the reference: 8,714 (5,990 among the control tokens, 2,595 that some text produces, 114 that no text produces and 15 for a part of a character). The tokens of the reference point the same way: nearly all have a cosine of at least 0.71 to their mean. Sizes say nothing here: 98.2 % of the other tokens are smaller than the largest of the reference.',
    );
    expect(short('untrained', untrained())).toBe('tokens that point the same way as the reference: 8,714');
    const one = untrained({ found: { text: 1, control: 0, partial: 0, unreachable: 0 } });
    expect(finding('untrained', one)).toMatch(
      /^Other tokens that point the same way as the reference: 1 \(1 that some text produces\)\. /,
    );
    const part = untrained({ found: { text: 0, control: 0, partial: 1, unreachable: 0 } });
    expect(finding('untrained', part)).toContain('reference: 1 (1 for a part of a character). ');
  });

  test('are none, or uncertain, where the reference says little', () => {
    const none = untrained({ found: { text: 0, control: 0, partial: 0, unreachable: 0 }, bound: 0.12 });
    expect(finding('untrained', none)).toMatch(
      /^No other token points the same way as the reference\. This says little: .* some with a cosine of only 0\.12 to their mean\. /,
    );
    const about = (count: number) => finding('untrained', untrained({ reference: { ...reference, count } }));
    expect(about(3)).toContain('This is uncertain: the reference has fewer than five tokens.');
  });

  test('may be told by their sizes', () => {
    const smaller = (share: number) =>
      finding('untrained', untrained({ reference: { ...reference, smaller: share } }))
        .split('. ')
        .at(-1);
    expect(smaller(0.004)).toContain('Sizes say the same: 0.4 %');
    expect(smaller(0.6)).toContain('Sizes say nothing here: 60.0 %');
    expect(smaller(0.2)).toContain('Sizes say less: 20.0 %');
  });

  const drawn = (result: Experiments['untrained']['result'], state: PanelState): string =>
    renderToString(
      h(pages.untrained.Result, {
        result,
        context: { name: 'untrained', summary: '', tokenOf, chosen: undefined, state, view: defaultView, act },
      }),
    );

  test('are drawn with their reference, and more of them on request', () => {
    const nearest = Array.from({ length: 130 }, (_, id) => untrainedToken(id, { rank: id + 1 }));
    const html = drawn(untrained({ nearest, reference: { ...reference, kind: 'given' } }), empty);
    expect(html).toContain('Reference: 100 tokens chosen by their ids, such as ');
    expect(drawn(untrained({ reference: { ...reference, kind: 'given', count: 1 } }), empty)).toContain(
      'Reference: one token, ',
    );
    expect(html).toMatch(/The first 20 of 130\..*Show 100 more/);
  });
});

test('the section says how many experiments were run', () => {
  const done = (many: number): string =>
    says(
      labFinding({
        ...empty,
        lab: Object.fromEntries(results.slice(0, many).map((found) => [found.name, run(found)])),
      }),
    );
  expect([done(0), done(1), done(4), done(10)]).toEqual([
    '10 questions for the loaded model. Open one, or run it',
    'Questions tested on the loaded model: 1 of 10',
    'Questions tested on the loaded model: 4 of 10',
    'Questions tested on the loaded model: 10 of 10',
  ]);
});
