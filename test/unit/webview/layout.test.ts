import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { samePosition } from '../../../src/extension/inspection/views';
import type { HeadView } from '../../../src/shared/attention';
import { colouringOf, colours, printed } from '../../../src/shared/colouring';
import { tabSeparated } from '../../../src/shared/columns';
import { noAttention } from '../../../src/shared/instruments';
import { limitIndex, ownTotal } from '../../../src/shared/place';
import { sizeOnSide } from '../../../src/shared/sides';
import { placed } from '../../../src/webview/parts/fragments';
import { menuStep, menuLeft } from '../../../src/webview/parts/menu';
import { usefulDomain } from '../../../src/webview/parts/numbers';
import { placeAmong, placeName, shortPlace } from '../../../src/webview/parts/place';
import { whyUnknown, underlined } from '../../../src/webview/parts/quantities';
import { columnStep, gridStep } from '../../../src/webview/parts/roving';
import { joins } from '../../../src/webview/parts/twoLists';
import { tokenLabel } from '../../../src/webview/parts/words';
import { plainColour } from '../../../src/webview/picture/colour';
import { flags } from '../../../src/webview/picture/histogram';
import { commonDomain } from '../../../src/webview/token/histogram';
import { tokensFinding } from '../../../src/webview/tokens/finding';
import { Pointing, stepInRows } from '../../../src/webview/tokens/navigation';
import { added, inspected, list, model, ranked, vocabularyToken } from './build';

describe('joins between two lists', () => {
  test('a line joins a token with itself, a stub has its rank in the other list', () => {
    const left = [ranked('a', 1), ranked('b', 2, { cosine: 24 })];
    const right = [ranked('c', 3, { euclidean: 7 }), ranked('a', 1)];
    expect(joins(left, 'euclidean', right, 'cosine')).toEqual({
      lines: [{ id: 1, left: 0, right: 1 }],
      stubs: [
        { id: 2, side: 'left', row: 1, rank: 24 },
        { id: 3, side: 'right', row: 0, rank: 7 },
      ],
    });
  });

  test('every row has exactly one end', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(ids, ids, (a, b) => {
        const { lines, stubs } = joins(list(a), 'euclidean', list(b), 'cosine');
        return (
          lines.length + stubs.filter(({ side }) => side === 'left').length === 10 &&
          lines.length + stubs.filter(({ side }) => side === 'right').length === 10
        );
      }),
    );
  });
});

describe('flags on the axis of sizes', () => {
  const place = (size: number): number => size * 100;
  const fly = (sizes: readonly number[], chosen: number, most: number) =>
    flags(
      sizes.map((size, id) => vocabularyToken(`t${id}`, id, size)),
      vocabularyToken('x', 900, chosen),
      { of: ({ size }) => size, place, width: 700 },
      most,
      7,
    );

  test('descend to the right, so that no pole crosses a name', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1.8, max: 6, noNaN: true }), { maxLength: 60 }),
        fc.double({ min: 1.8, max: 6, noNaN: true }),
        (sizes, chosen) => {
          const flying = fly(sizes, chosen, 8);
          expect(flying.length).toBeLessThanOrEqual(8);
          expect(flying.map(({ row }) => row)).toEqual(flying.map((_, row) => row));
          expect(flying.map(({ x }) => x)).toEqual(flying.map(({ x }) => x).sort((a, b) => a - b));
          expect(flying.some(({ token }) => token.id === 900)).toBe(true);
        },
      ),
    );
  });

  test('keep the smallest, the largest and the chosen when they are thinned out', () => {
    const sizes = Array.from({ length: 40 }, (_, index) => 2 + index / 10);
    const names = fly(sizes, 3.33, 5).map(({ token }) => token.size);
    expect(names).toHaveLength(5);
    expect([names[0], names.at(-1), names.includes(3.33)]).toEqual([2, 5.9, true]);
  });

  test('turn a name to the left where it would leave the picture', () => {
    expect(fly([6.95], 2, 8).map(({ side }) => side)).toEqual(['right', 'left']);
  });

  test('have names that fit on one side of their pole in a narrow panel', () => {
    const long = vocabularyToken('-'.repeat(128), 1, 2);
    const [flag] = flags([], long, { of: ({ size }) => size, place: () => 190, width: 380 }, 8, 7);
    expect(flag?.token).toMatchObject({ id: 1, text: `${'-'.repeat(23)}…` });
    expect(flag?.side).toBe('right');
  });

  test('name a token once', () => {
    const twice = [vocabularyToken('a', 1, 2), vocabularyToken('a', 1, 2)];
    expect(flags(twice, vocabularyToken('a', 1, 2), { of: ({ size }) => size, place, width: 700 }, 8, 7)).toHaveLength(
      1,
    );
  });
});

describe('colours of the chips', () => {
  const state = inspected(['The', ' capital', ' of'], {}, { surprisal: [null, 16.65, 0.49] });
  test('surprisal starts at 0 and ends at a round number; what is not known has no colour', () => {
    const { domain, values, strength } = colours('surprisal', state.text!, state.run);
    expect(domain).toEqual([0, 20]);
    expect(values).toEqual([null, 16.65, 0.49]);
    expect(strength[0]).toBe(0);
    expect(strength[1]).toBeCloseTo(16.65 / 20);
  });

  test('sizes are spread over what the text has', () => {
    const { domain, strength } = colours('size', state.text!, null);
    expect(domain).toEqual([2, 2.2]);
    expect(strength.map((share) => share.toFixed(2))).toEqual(['0.00', '0.50', '1.00']);
  });

  test('sizes that are almost the same have almost one colour', () => {
    const tokens = state.text!.tokens.map((token, index) => ({ ...token, size: 1.03 + index / 1000 }));
    const { domain, strength, decimals } = colours('size', { ...state.text!, tokens }, null);
    expect(printed('size', 1.0331, false, decimals)).toBe('1.0331');
    expect(domain?.map((end) => end.toFixed(1))).toEqual(['0.4', '1.6']);
    expect(Math.max(...strength) - Math.min(...strength)).toBeLessThan(0.01);
  });

  test('what mattered is not made faint by the part at the end, which asks', () => {
    const { domain, strength } = colours('matters', state.text!, null, Float64Array.of(-0.5, 1, 30));
    expect([domain, strength]).toEqual([
      [0, 1],
      [-0.5, 1, 1],
    ]);
  });

  test('the scale leaves out the token that the model adds', () => {
    const tokens = added(inspected(['', 'a', 'b']).text!.tokens).map((token) =>
      token.index === 0 ? { ...token, size: 90 } : token,
    );
    const { domain, values, strength } = colours('size', { ...state.text!, tokens }, null);
    expect([values[0], strength[0]]).toEqual([90, 0]);
    expect(domain?.[1]).toBeLessThan(5);
  });

  test('attention goes from 0 to 1, up to the chosen token, and only as long as a head is open', () => {
    const view: HeadView = {
      ...{ layer: 0, head: 1, position: 1, output: vocabularyToken('a', 1, 2), against: null },
      ...{ size: 1, attentionSize: 1, push: 0, angle: 90, turn: 0, raised: [], lowered: [], sources: [] },
      weights: Float64Array.of(0.9, 0.1),
    };
    expect(colours('attention', state.text!, state.run, view.weights)).toMatchObject({
      values: [0.9, 0.1, null],
      domain: [0, 1],
      strength: [0.9, 0.1, 0],
    });
    expect(colours('attention', state.text!, state.run)).toMatchObject({ domain: [0, 1], strength: [0, 0, 0] });
    const options = { ...state.options, colouring: 'attention' } as const;
    expect(colouringOf({ ...state, options })).toBe('surprisal');
    const attention = { ...noAttention, open: { layer: 0, head: 1 }, view };
    expect(colouringOf({ ...state, options, attention })).toBe('attention');
    expect(tokensFinding({ ...state, options, attention }).join('')).toContain('The open head looks most at');
  });

  test('nothing is known before the run', () => {
    expect(colours('entropy', state.text!, null)).toMatchObject({
      values: [null, null, null],
      domain: null,
      strength: [0, 0, 0],
    });
  });
});

test('where no token has a value, the legend says why', () => {
  const { run } = inspected(['The'], {}, { surprisal: [null] });
  expect(whyUnknown(run, { kind: 'ready' })).toBe('no prediction comes before the first token');
  expect(whyUnknown(null, { kind: 'working', what: 'running', fraction: null, modelBytes: null })).toBe(
    'after the run',
  );
  expect(whyUnknown(null, { kind: 'cancelled' })).toBe('not known for this text');
});

describe('places in the text', () => {
  const text = { ...inspected(['a', 'b', 'c', 'd']).text!, contextCount: 1, total: 3, leftOut: 1 };
  test('count from the text, and backwards into the context', () => {
    expect([placeName(text, 1), placeName(text, 3), placeName(text, 0)]).toEqual([
      'position 1',
      'position 3',
      '1 before the text',
    ]);
    expect([placeAmong(text, 1), placeAmong(text, 0)]).toEqual(['position 1 of 3', '1 before the text']);
    expect(limitIndex(text)).toBe(3);
    expect([0, 1].map((index) => shortPlace(text, index))).toEqual(['-1', '1']);
  });

  test('leave out the token that the model adds, with a context and without', () => {
    const { tokens } = inspected(['', 'a', 'b']).text!;
    const first = added(tokens);
    const alone = { ...text, tokens: first, contextCount: 0, total: 3, leftOut: 0 };
    expect([0, 1, 2].map((index) => placeAmong(alone, index))).toEqual([
      'added before the text',
      'position 1 of 2',
      'position 2 of 2',
    ]);
    expect([ownTotal(alone), shortPlace(alone, 0), shortPlace(alone, 2)]).toEqual([2, '+', '2']);
    const inContext = { ...alone, contextCount: 2, total: 1 };
    expect([0, 1, 2].map((index) => placeAmong(inContext, index))).toEqual([
      'added before the text',
      '1 before the text',
      'position 1 of 1',
    ]);
    expect(ownTotal(inContext)).toBe(1);
  });

  test('are those of the same tokens when a text is cut anew, the added one among them', () => {
    const { tokens } = inspected(['', 'a', 'b']).text!;
    const plain = { ...text, tokens, contextCount: 0, total: 3, leftOut: 0 };
    const before = { ...plain, tokens: added(tokens) };
    expect([0, 1, 2].map((index) => samePosition(before, index, before))).toEqual([0, 1, 2]);
    expect(samePosition(plain, 1, before)).toBe(1);
    expect(samePosition(before, 0, { ...plain, tokens: tokens.slice(1) })).toBe(1);
  });
});

describe('keys', () => {
  test('move in a grid whose columns follow one another', () => {
    const grid = { count: 6, rows: 3 };
    const to = (key: string, at: number): number | null => gridStep(key, at, grid);
    expect([
      to('ArrowDown', 0),
      to('ArrowDown', 2),
      to('ArrowUp', 3),
      to('ArrowRight', 1),
      to('ArrowRight', 4),
      to('ArrowLeft', 4),
      to('Home', 5),
      to('End', 3),
      to('a', 0),
    ]).toEqual([1, 2, 3, 4, 4, 1, 3, 5, null]);
  });

  test('move in columns of unequal lengths, never to a row that is not there', () => {
    const to = (key: string, at: number, lengths = [3, 1, 2]): number | null => columnStep(key, at, lengths);
    expect([
      to('ArrowRight', 2),
      to('ArrowRight', 3),
      to('ArrowDown', 3),
      to('End', 6),
      to('ArrowLeft', 7),
      to('x', 0),
    ]).toEqual([3, 6, 3, 7, 3, null]);
    expect(to('ArrowRight', 1, [3, 0, 3])).toBe(1);
  });

  test('move in wrapped rows, up and down to the nearest', () => {
    const boxes = [0, 30, 60]
      .map((left) => ({ left, width: 20, top: 0 }))
      .concat([0, 55].map((left) => ({ left, width: 20, top: 40 })));
    const to = (key: string, at: number): number | null => stepInRows(key, at, boxes);
    expect([
      to('ArrowRight', 2),
      to('ArrowLeft', 0),
      to('ArrowDown', 2),
      to('ArrowDown', 0),
      to('ArrowDown', 4),
      to('ArrowUp', 4),
      to('Home', 4),
      to('End', 0),
      to('x', 0),
    ]).toEqual([3, 0, 4, 3, 4, 2, 0, 4, null]);
  });
});

describe('the menu', () => {
  test('is round: after its last item comes the first', () => {
    const to = (key: string, at: number): number | null => menuStep(key, at, 5);
    expect([to('ArrowDown', 0), to('ArrowDown', 4), to('ArrowUp', 0), to('Home', 3), to('End', 1), to('x', 2)]).toEqual(
      [1, 0, 4, 0, 4, null],
    );
  });
});

test('a menu hangs below the end of its button, and stays on the page where it has room', () => {
  const at = (left: number, page = 400): number => menuLeft({ left, right: left + 30 }, 180, page);
  expect([at(300), at(20), at(380)]).toEqual([-150, -16, -164]);
  expect(at(20, 150)).toBe(-16);
});

test('a token’s button is called what is drawn on it', () => {
  const of = (text: string): string => tokenLabel(vocabularyToken(text, 1));
  expect([of('  '), of(' '), of(' the'), of('\n\n')]).toEqual(['2 × space', 'space', 'space the', '2 × newline']);
});

describe('pointing at a chip', () => {
  test('tells only what changes: the mouse before the focus, and none at the end', () => {
    const told: (number | null)[] = [];
    const pointing = new Pointing((position) => told.push(position));
    pointing.mouse(3);
    pointing.mouse(3);
    pointing.focus(1);
    pointing.mouse(4);
    pointing.mouse(null);
    pointing.focus(null);
    pointing.mouse(null);
    pointing.focus(2);
    pointing.end();
    pointing.end();
    expect(told).toEqual([3, 4, 1, null, 2, null]);
  });
});

test('the line below a chip is the one that the editor draws', () => {
  expect(underlined(0)).toEqual({ '--underline': '0px', '--underline-style': 'none' });
  expect(underlined(5)).toEqual({ '--underline': '3px', '--underline-style': 'double' });
});

describe('colours in a picture', () => {
  test('are plain, whatever the page computes', () => {
    expect(plainColour('rgb(1, 2, 3)')).toEqual({ colour: 'rgb(1, 2, 3)', opacity: 1 });
    expect(plainColour('rgba(1, 2, 3, 0.5)')).toEqual({ colour: 'rgb(1, 2, 3)', opacity: 0.5 });
    expect(plainColour('color(srgb 0.5 1 0)')).toEqual({ colour: 'rgb(128, 255, 0)', opacity: 1 });
    expect(plainColour('color(srgb 0.2 0.4 1.2e-7 / 0.46)')).toEqual({ colour: 'rgb(51, 102, 0)', opacity: 0.46 });
  });

  test('are none where nothing would be seen or nothing is a colour', () => {
    for (const nothing of ['none', 'rgba(0, 0, 0, 0)', 'color(srgb 0 0 0 / 0)', 'url("#gradient")', ''])
      expect(plainColour(nothing)).toBeNull();
  });
});

test('a copied cell cannot break the table', () => {
  expect(
    tabSeparated([
      [
        ['token', 'size'],
        ['a\tb\nc', 1.5],
      ],
    ]),
  ).toBe('token\tsize\na b c\t1.5\n');
});

test('lists without their fragments are joined as they are drawn', () => {
  const special = (id: number) => ({
    ...ranked(`t${id}`, id),
    token: { ...vocabularyToken(`t${id}`, id), special: true },
  });
  const drawn = (entries: readonly ReturnType<typeof ranked>[]) =>
    placed(entries, ({ token }) => token, true).map(({ entry }) => entry);
  const left = drawn([special(9), ranked('t1', 1), ranked('t2', 2, { dot: 40 })]);
  const right = drawn([ranked('t3', 3, { cosine: 7 }), special(9), ranked('t1', 1)]);
  expect(joins(left, 'cosine', right, 'dot')).toEqual({
    lines: [{ id: 1, left: 0, right: 1 }],
    stubs: [
      { id: 2, side: 'left', row: 1, rank: 40 },
      { id: 3, side: 'right', row: 0, rank: 7 },
    ],
  });
});

describe('an axis of sizes', () => {
  const ends = (counts: readonly number[]) => usefulDomain({ histogram: { from: 1, width: 0.5, counts } });
  test('goes from the smallest to the largest, unless a few are far larger than all others', () => {
    expect(ends([5, 100, 50, 1])).toEqual([1, 3]);
    const [from, to] = ends([300, 200, 100, ...Array.from({ length: 40 }, () => 0), 1]);
    expect(from).toBe(1);
    expect(to).toBeCloseTo(1 + 1.1 * 1.5);
    expect(ends([])).toEqual([1, 1]);
  });
});

describe('two histograms', () => {
  const summary = (from: number, to: number) => ({
    ...model.sizes,
    histogram: { from, width: (to - from) / 4, counts: [1, 2, 3, 4] },
  });
  test('share an axis where neither is squeezed on it', () => {
    expect(commonDomain({ sizes: summary(1, 3), outputSizes: summary(2, 5) })).toEqual([1, 5]);
    expect(commonDomain({ sizes: summary(1, 8), outputSizes: summary(1, 2) })).toBeNull();
    expect(commonDomain({ sizes: summary(1, 2), outputSizes: summary(8, 9) })).toBeNull();
    expect(commonDomain({ sizes: summary(1, 2), outputSizes: null })).toBeNull();
  });

  test('put the flags where the sizes of their side are', () => {
    const token = { ...vocabularyToken('a', 1, 2), outputSize: 5 };
    const at = (side: 'input' | 'output') =>
      flags([], token, { of: (one) => sizeOnSide(one, side), place: (size) => 10 * size, width: 700 }, 8, 7)[0]?.x;
    expect([at('input'), at('output')]).toEqual([20, 50]);
  });
});
