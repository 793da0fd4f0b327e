// Small documents for the panel's tests, measured by a rule in a model's place.
import { DocumentSums } from '../../../src/shared/document/sums';
import type { DocumentView } from '../../../src/shared/document/view';
import { vocabularyToken } from './build';

/** Words and line ends, each with the space before it. */
const tokenPattern = /\n| ?[^\s]+| +/g;

/** The rule: the longer the token, the more bits. The first has none before it. */
const bitsOf = (token: string, index: number): number => (index === 0 ? NaN : token.length + (index % 7) / 8);

const expected = [
  { token: vocabularyToken(' the', 1), probability: 0.5 },
  { token: vocabularyToken('\n', 2), probability: 0.25 },
  { token: vocabularyToken(' x', 3), probability: 0.0001 },
];

/** What the panel shows of a text of which so many tokens are measured, all by default. */
export function documentOf(text: string, change: Partial<DocumentView> = {}): DocumentView {
  const found = [...text.matchAll(tokenPattern)];
  const sums = new DocumentSums(text);
  const measured = change.measured ?? found.length;
  const starts = Uint32Array.from(found, ({ index }) => index);
  sums.take({
    tokens: {
      ids: Int32Array.from(found, (_, index) => index),
      starts,
      ends: Uint32Array.from(found, ({ index, 0: token }) => index + token.length),
      sizes: new Float32Array(found.length),
      added: 0,
      control: [],
      contextLength: 2048,
    },
    measured,
    window: 512,
    surprisal: Float64Array.from(found, ({ 0: token }, index) => bitsOf(token, index)),
    entropy: new Float64Array(found.length),
    expected: found.map(() => expected),
  });
  return {
    name: 'notes.md',
    uri: 'file:///notes.md',
    progress: measured < found.length ? 'running' : 'done',
    failure: null,
    outOfDate: false,
    tokens: found.length,
    window: 512,
    plain: false,
    control: [],
    isWhole: measured === found.length,
    lines: sums.lines,
    total: sums.total,
    surprising: sums.surprising,
    ...change,
    measured,
  };
}
