import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { colours, passingOf, possibleColourings } from '../../../../src/shared/colouring';
import { dataRows } from '../../../../src/shared/columns';
import type { MattersView } from '../../../../src/shared/instruments';
import type { PanelState } from '../../../../src/shared/panel';
import { mattersTable } from '../../../../src/webview/matters/section';
import { Edge, mattersFinding, partText } from '../../../../src/webview/parts/mattered';
import { sentence } from '../../../../src/webview/parts/words';
import { mattersKnown } from '../../support/fakeMatters';
import { colouredBy, inspected, vocabularyToken } from '../build';

const words = ['The', ' capital', ' of', ' Fran'];
const parts = [
  { text: 'The', positions: [0] },
  { text: ' capital', positions: [1] },
  { text: ' of', positions: [2] },
];
const state = (change: Partial<MattersView> = {}): PanelState => ({
  ...inspected(words),
  matters: mattersKnown(parts, change),
});

describe('the finding', () => {
  test('names what carries the answer most and what hinders it most', () => {
    expect(sentence(mattersFinding(state()))).toBe(
      'a: 1.00 bits. The carries it most: 2.00 more without it. ·capital hinders it most: 0.50 fewer',
    );
    expect(mattersFinding(inspected(words))).toEqual([]);
  });

  test('quotes a part of several tokens, and names nothing that changes nothing', () => {
    const { known } = state().matters;
    const lines = [{ text: ' The capital\n of  ', positions: [0, 1, 2] }];
    const of = (change: number) => {
      const view = mattersKnown(lines, { asked: { by: 'line', answer: null, parts: lines } });
      return sentence(
        mattersFinding(
          state({ ...view, known: known && { ...known, parts: [{ part: 0, bits: 1 + change, change }] } }),
        ),
      );
    };
    expect(of(-3)).toBe('a: 1.00 bits. “The capital of” hinders it most: 3.00 fewer');
    expect(of(0.004)).toBe('a: 1.00 bits');
  });
});

test('the table has the parts that change most first, and copies them with all digits', () => {
  const table = mattersTable(state().matters);
  expect(dataRows(table)).toEqual([
    ['#', 'part', 'change (bits)', 'bits'],
    [1, 'The', 2, 3],
    [2, 'capital', -0.5, 0.5],
    [3, 'of', 0.25, 1.25],
  ]);
  expect(dataRows(table, { key: '#', direction: 'descending' }).map(([place]) => place)).toEqual(['#', 3, 2, 1]);
});

test('a part is on one line, what draws nothing is seen, and a long one is cut', () => {
  expect([' a\n b\t', '\n\n', 'x'.repeat(100)].map((text) => partText({ text }))).toEqual([
    'a b',
    '↵↵',
    `${'x'.repeat(79)}…`,
  ]);
});

test('the colour of a token is that of its part, on the side of zero on which it changes the answer', () => {
  const coloured = colouredBy('matters', state());
  const values = passingOf(coloured);
  const { strength, domain, values: printed } = colours('matters', coloured.text as never, coloured.run, values);
  expect(printed).toEqual([2, -0.5, 0.25, null]);
  expect(domain).toEqual([0, 2]);
  expect(strength).toEqual([1, -0.25, 0.125, 0]);
  // Almost every part changes a little.
  const small = colours('matters', coloured.text as never, null, Float64Array.of(2, 0.03, -0.03, 0));
  expect(small.strength.map(Math.abs)).toEqual([1, 0, 0, 0]);
  expect(possibleColourings(state())).toContain('matters');
  expect(possibleColourings(inspected(words))).not.toContain('matters');
});

test.each([
  [3, ' France', 'The text ends inside ·France. After ·of the model gives it a probability of 0.200, and ·Fran 0.010.'],
  [null, '', ''],
])('the edge of a text from position %j', (from, whole, said) => {
  const { run, ...rest } = inspected(words, {}, { surprisal: [null, 1, 1, 1] });
  const edge = { from: from ?? 0, whole: vocabularyToken(whole, 9), probability: 0.2, typed: 0.01 };
  const html = renderToString(h(Edge, { state: { ...rest, run: run && { ...run, ...(from !== null && { edge }) } } }));
  expect(html.replace(/<[^>]*>/g, '')).toBe(said);
});
