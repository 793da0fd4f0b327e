import { describe, expect, it, vi } from 'vitest';
import {
  type Known,
  notLoadedHover,
  sharedHover,
  sizeScale,
  tokenHover,
} from '../../../../src/extension/hover/content';
import { documentHover } from '../../../../src/extension/hover/documentHover';
import type { Neighbours } from '../../../../src/shared/engine';
import { byMetric } from '../../../../src/shared/metrics';
import type { RankedToken, Token, VocabularyToken } from '../../../../src/shared/tokens';
import { english } from '../../../../src/shared/translator';
import { links, read } from '../../../host/support/markdown';

vi.mock('vscode', async () => ({ l10n: await import('@vscode/l10n') }));

const encoder = new TextEncoder();
const vocabularyToken = (text: string, id: number, size = 2.283): VocabularyToken => ({
  id,
  text,
  bytes: [...encoder.encode(text)],
  special: false,
  size,
  percentile: 2.5,
});
const token = (index: number, text: string, change: Partial<Token> = {}): Token => ({
  ...vocabularyToken(text, 100 + index),
  index,
  start: 0,
  end: 1,
  ...change,
});
const ranked = (text: string, id: number, value: number): RankedToken => ({
  token: vocabularyToken(text, id),
  values: { ...byMetric(() => value), cosine: value / 10, dot: -value },
  angle: 60,
  ranks: byMetric(() => 1),
});

const sizes: NonNullable<Known['model']>['sizes'] = {
  smallest: vocabularyToken(' John', 1, 1.793),
  largest: vocabularyToken(' strugg', 2, 7.495),
  mean: 3,
  meanRow: 2,
  histogram: { from: 1, width: 1, counts: [] },
};
const likely = (...tokens: readonly (readonly [string, number])[]) =>
  tokens.map(([text, probability], id) => ({ token: vocabularyToken(text, id), probability }));
const run: NonNullable<Known['run']> = {
  likeliest: [
    likely([' the', 0.113], [' France', 0.0872], [' Spain', 0.0004]),
    likely([' is', 0.9]),
    likely([' of', 0.5]),
  ],
  surprisal: [null, 3.517, 1.25],
};
const known: Known = { model: { sizes }, loaded: true, run, inspected: { start: 0, end: 1 } };
const lists = (change: Partial<Neighbours> = {}): Neighbours => {
  const list = [
    ranked(' France', 101, 0),
    ...Array.from({ length: 6 }, (_, at) => ranked(` other${at}`, 200 + at, at + 1)),
  ];
  return {
    query: vocabularyToken(' France', 101),
    centred: false,
    lists: { ...byMetric(() => list), dot: list.slice(1) },
    ...change,
  };
};

describe('the hover of one token', () => {
  it('says what it is, what was expected, what is near, and what can be done', () => {
    const markdown = tokenHover(token(1, ' France'), known, lists(), english);
    expect(read(markdown)).toEqual([
      '·France id 101, bytes 20 46 72 61 6E 63 65',
      'Size 2.283 1.8 ├─╂──────┤ 7.5 2.5 % are smaller Surprisal 3.52 bits',
      'Expected here: ·the 0.113 · ·France 0.087 · ·Spain <0.001',
      'Inspect Show in panel Copy',
      'nearest by distance | ‖q − w‖ | by cosine | cos θ | by dot product | q·w',
      '·other0 | 1.000 | ·other0 | 0.100 | ·other0 | −1.000',
      '·other1 | 2.000 | ·other1 | 0.200 | ·other1 | −2.000',
      '·other2 | 3.000 | ·other2 | 0.300 | ·other2 | −3.000',
      '·other3 | 4.000 | ·other3 | 0.400 | ·other3 | −4.000',
      '·other4 | 5.000 | ·other4 | 0.500 | ·other4 | −5.000',
    ]);
    expect(links(markdown)).toEqual(
      ['inspectToken', 'showInPanel', 'copyToken'].map((name) => `command:vectorscope.${name}?%5B1%2C0%2C1%2C101%5D`),
    );
  });

  it('has one list with all values where the metrics list the same tokens', () => {
    const { euclidean } = lists().lists;
    const markdown = tokenHover(token(1, ' France'), known, lists({ lists: byMetric(() => euclidean) }), english);
    expect(read(markdown).slice(-6, -3)).toEqual([
      'nearest by all metrics | ‖q − w‖ | cos θ | q·w',
      '·other0 | 1.000 | 0.100 | −1.000',
      '·other1 | 2.000 | 0.200 | −2.000',
    ]);
  });

  it('has two blocks, the lists being the second: each gap takes from the height that the editor gives', () => {
    for (const change of [{}, { space: 'cross', centred: true }] as const) {
      const [lines, table, ...others] = tokenHover(token(1, ' France'), known, lists(change), english).split('\n\n');
      expect(lines).toContain('Expected here');
      expect(table).toMatch(/^\| nearest\sby\sdistance \|/);
      expect(others).toEqual([]);
    }
  });

  it('of a token of unknown size and surprisal has no line for them', () => {
    const unsized = token(0, 'a', { size: null, percentile: null });
    const markdown = tokenHover(unsized, { ...known, run: null }, null, english);
    expect(markdown).not.toMatch(/\n\\?\n/);
    expect(markdown).not.toContain('Size');
  });

  it('leaves out what is not known: before the run, at the first position, and outside of an inspection', () => {
    const size = 'Size 2.283 1.8 ├─╂──────┤ 7.5 2.5 % are smaller';
    expect(read(tokenHover(token(1, 'a'), { ...known, run: null }, null, english))).toEqual([
      'a id 101, bytes 61',
      size,
      'Inspect Show in panel Copy',
    ]);
    expect(read(tokenHover(token(0, 'a'), known, null, english))).toEqual([
      'a id 100, bytes 61',
      size,
      'Inspect Show in panel Copy',
    ]);
    expect(read(tokenHover(token(1, 'a'), { ...known, run: null, inspected: null }, null, english))).toEqual([
      'a id 101, bytes 61',
      size,
    ]);
    expect(
      read(tokenHover(token(1, 'a'), { ...known, model: null, run: null, inspected: null }, null, english))[1],
    ).toMatch(/^Size 2\.283\s+2\.5 % are smaller$/);
  });

  it('tells apart the tokens that were expected where a name has a comma of its own', () => {
    const odd = { ...run, likeliest: [likely(['\n\t', 0.34], [',', 0.027])] };
    expect(read(tokenHover(token(1, 'a'), { ...known, run: odd }, null, english))[2]).toBe(
      'Expected here: ↵→ newline, tab 0.340 · , 0.027',
    );
  });

  it('behind the limit says what was expected after the last position that was run, and nothing further on', () => {
    expect(read(tokenHover(token(3, 'a'), known, null, english))).toContain('Expected here: ·of 0.500');
    expect(read(tokenHover(token(3, 'a'), known, null, english)).join()).not.toContain('Surprisal');
    expect(read(tokenHover(token(4, 'a'), known, null, english)).join()).not.toContain('Expected');
  });

  it('says on one line what a second model expects after the token, and how far apart the predictions are', () => {
    const [[first]] = [likely([' Spain', 0.25])] as const;
    if (!first) throw new Error('There is one.');
    const compared = {
      name: 'a*b',
      divergence: [Float64Array.of(0, 0.1234), Float64Array.of(0, 9)] as const,
      first: [0, 1].map(() => [{ ...first, probability: 0.5 }, first] as const),
    };
    expect(read(tokenHover(token(1, 'a'), { ...known, compared }, null, english))).toContain(
      'After it a*b expects ·Spain 0.250, KL 0.123 bits',
    );
    // Behind the end of what was compared nothing is known.
    for (const index of [2, 3])
      expect(read(tokenHover(token(index, 'a'), { ...known, compared }, null, english)).join()).not.toContain('a*b');
  });

  it('says when neighbours are late, and when they are centred', () => {
    expect(read(tokenHover(token(1, 'a'), known, 'lateInRun', english))).toContain('Neighbours appear after the run.');
    expect(read(tokenHover(token(1, 'a'), known, 'late', english))).toContain(
      'Neighbours were not ready in time. Hover again to see them.',
    );
    expect(read(tokenHover(token(1, 'a'), known, lists({ centred: true }), english))).toContain(
      'Inspect Show in panel Copy Centred: the mean vector is subtracted',
    );
    expect(read(tokenHover(token(1, 'a'), known, lists({ space: 'cross', centred: true }), english))).toContain(
      'Inspect Show in panel Copy Its input vector is compared with output rows. Centred: the mean vector is subtracted',
    );
    expect(read(tokenHover(token(1, 'a'), { ...known, inspected: null }, lists({ centred: true }), english))).toContain(
      'Centred: the mean vector is subtracted',
    );
  });

  it('says that the model is not loaded, with a link to load it', () => {
    const markdown = tokenHover(token(1, 'a'), { ...known, loaded: false }, lists(), english);
    expect(read(markdown)).toEqual(
      expect.arrayContaining([
        'Expected here: ·the 0.113 · ·France 0.087 · ·Spain <0.001',
        'Vectorscope’s model is not loaded. Load the model',
      ]),
    );
    expect(links(markdown)[0]).toBe('command:vectorscope.loadModel');
    expect(links(notLoadedHover(english))).toEqual(['command:vectorscope.loadModel']);
  });

  it.each([
    [
      'a special token',
      { text: '<|im_start|>', bytes: [...encoder.encode('<|im_start|>')], special: true },
      '<|im_start|> id 101, bytes 3C 7C 69 6D 5F 73 74 61 72 74 7C 3E, special token',
    ],
    ['a space', { bytes: [0x20] }, '· space id 101, bytes 20'],
    ['line ends', { bytes: [0x0a, 0x0a] }, '↵↵ 2 × newline id 101, bytes 0A 0A'],
    ['a byte', { bytes: [0x80] }, '80 byte id 101, bytes 80'],
    [
      'an element',
      { bytes: [...encoder.encode('<img src=x>')] },
      '<img·src=x> id 101, bytes 3C 69 6D 67 20 73 72 63 3D 78 3E',
    ],
    [
      'a link',
      { bytes: [...encoder.encode('[x](command:y)')] },
      '[x](command:y) id 101, bytes 5B 78 5D 28 63 6F 6D 6D 61 6E 64 3A 79 29',
    ],
  ] as const)('makes %s visible', (_, change, expected) => {
    const markdown = tokenHover(token(1, '', change), known, null, english);
    expect(read(markdown)[0]).toBe(expected);
    expect(links(markdown)).toHaveLength(3);
  });

  it('keeps its table whole whatever the neighbours are', () => {
    const odd = ['|', '`|`', '\\|', '**', '<img src=x>', '[x](command:y)', '~'.repeat(40)].map((text, at) =>
      ranked(text, 300 + at, 1),
    );
    const markdown = tokenHover(
      token(1, 'a'),
      known,
      lists({ lists: { ...byMetric(() => odd), cosine: odd.slice(1), dot: odd.slice(2) } }),
      english,
    );
    const rows = read(markdown).slice(-5);
    expect(rows[0]).toBe('| | 1.000 | `|` | 0.100 | \\| | −1.000');
    expect(rows[4]).toBe(`<img·src=x> | 1.000 | [x](command:y) | 0.100 | ${'~'.repeat(19)}… | −1.000`);
    expect(links(markdown)).toHaveLength(3);
  });
});

describe('the hover of a character that several tokens share', () => {
  const [first, second] = [
    token(1, '', { bytes: [0x20, 0xf0, 0x9f, 0x98], id: 40303 }),
    token(2, '', { bytes: [0x80], id: 218 }),
  ];

  it('has a row for each, and what was expected after each but the last', () => {
    const markdown = sharedHover('😀', [first, second], known, english);
    expect(read(markdown)).toEqual([
      '😀 is cut into 2 tokens',
      'token | id | size | tokens smaller | surprisal, bits',
      '·F0 9F 98 | 40303 | 2.283 | 2.5 % | 3.52',
      '80 | 218 | 2.283 | 2.5 % | 1.25',
      'Expected after ·F0 9F 98: ·is 0.900',
      'Inspect Show in panel Copy',
    ]);
    expect(links(markdown)[0]).toBe('command:vectorscope.inspectToken?%5B1%2C0%2C1%2C40303%2C218%5D');
  });

  it('leaves out what only a run can say', () => {
    expect(read(sharedHover('\r\n', [first, second], { ...known, run: null }, english))).toEqual([
      '␍↵ is cut into 2 tokens',
      'token | id | size | tokens smaller',
      '·F0 9F 98 | 40303 | 2.283 | 2.5 %',
      '80 | 218 | 2.283 | 2.5 %',
      'Inspect Show in panel Copy',
    ]);
  });

  it('has a dash where a token has no surprisal', () => {
    expect(read(sharedHover('😀', [token(0, 'a'), first], known, english))[2]).toBe('a | 100 | 2.283 | 2.5 % | –');
  });
});

it('has no scale of sizes that are almost the same', () => {
  const alike = {
    smallest: { ...sizes.smallest, size: 1.0309 },
    largest: { ...sizes.largest, size: 1.0351 },
  };
  const same = { ...token(0, 'a'), size: 1.0312 };
  expect(tokenHover(same, { ...known, model: { sizes: { ...sizes, ...alike } } }, null, english)).toContain(
    'Size 1&#46;0312, almost the same for all tokens',
  );
});

describe('the scale of sizes', () => {
  it('has its mark at the ends for the smallest and the largest, and never beyond them', () => {
    for (const size of [0, 1.793]) expect(sizeScale(size, sizes)).toBe('1.8 ├╂───────┤ 7.5');
    for (const size of [7.495, 9]) expect(sizeScale(size, sizes)).toBe('1.8 ├───────╂┤ 7.5');
    expect(sizeScale(2, { smallest: sizes.smallest, largest: sizes.smallest })).toBe('1.8 ├╂───────┤ 1.8');
  });
});

describe('the hover of a document that is inspected as a whole', () => {
  const text = 'The 🙂 end';
  const starts = Uint32Array.of(0, 3, 4, 4, 6);
  const ends = Uint32Array.of(3, 4, 6, 6, 10);
  const expected = [[], [{ token: vocabularyToken(' a', 7), probability: 0.5 }], [], [], []];
  const measured = {
    tokens: {
      ids: Int32Array.of(1, 2, 3, 4, 5),
      ...{ starts, ends, sizes: new Float32Array(5), added: 0, control: [], contextLength: 8 },
    },
    ...{ window: 8, measured: 4, expected },
    surprisal: Float64Array.of(NaN, 2.5, 3, 4, NaN),
    entropy: Float64Array.of(1, 2, 3, 4, NaN),
  };
  const at = (start: number, end: number, moved = { starts, ends }) =>
    documentHover({ measured, places: moved }, { start, end }, (span) => text.slice(span.start, span.end), english);

  it('names the token, its surprisal, the entropy after it, and what was expected instead', () => {
    const found = at(3, 4);
    expect(found?.span).toEqual({ start: 3, end: 4 });
    const said = read(found?.markdown ?? '').join('\n');
    for (const part of ['id 2', 'Surprisal 2.50 bits', 'Entropy after it 2.00 bits', 'Expected instead: ', '50'])
      expect(said).toContain(part);
  });

  it('describes all tokens of a character, and no surprisal of the first of the document', () => {
    expect(at(4, 6)?.span).toEqual({ start: 4, end: 6 });
    expect(at(4, 6)?.markdown.split('\n\n')).toHaveLength(2);
    expect(at(0, 1)?.markdown).not.toContain('Surprisal');
  });

  it('says nothing where nothing is measured, or the token was edited', () => {
    expect(at(7, 8)).toBeNull();
    expect(at(3, 4, { starts, ends: Uint32Array.of(3, 3, 6, 6, 10) })).toBeNull();
  });
});
