// A second text beside the inspected one, with small numbers that a test can follow.
import type { PatchView, TextsView } from '../../../src/shared/instruments';
import type { PanelState } from '../../../src/shared/panel';
import type { OfBoth, TwoPositions, TwoTexts } from '../../../src/shared/vectors/texts';
import { inspected, textTokens, vocabularyToken } from './build';

/** Words without a Latin letter, so that all others on a page are the webview's. */
export const wordsOfBoth: OfBoth<readonly string[]> = [
  ['Мир', ' без', ' слов'],
  ['Мир', ' от', ' слов'],
];

/** Ids follow from the words, so that equal words are equal tokens. */
export const tokensOf = (words: readonly string[]) =>
  textTokens(words).map((token) => ({
    ...token,
    id: [...token.text].reduce((sum, one) => sum * 7 + one.charCodeAt(0), 0),
  }));

export const next = (change: Partial<TwoPositions> = {}): TwoPositions => ({
  position: 2,
  otherPosition: 2,
  hiddenSize: [95, 93],
  angle: 62.4,
  entropy: [2, 3],
  divergence: 5.25,
  likeliest: [7, 8],
  tokens: [7, 8].map((id, at) => ({
    token: vocabularyToken(at === 0 ? ' да' : ' нет', id),
    size: 2,
    cosines: [0.09, 0.05],
    bias: 0,
    logits: at === 0 ? [17, 10] : [10, 16],
    probabilities: at === 0 ? [0.6, 0.002] : [0.003, 0.5],
  })),
  ...change,
});

/** Shares of 4 rows that pass from the second position to the last. */
export const grid = (change: Partial<PatchView> = {}): PatchView => ({
  part: 'residual',
  layer: null,
  tokens: null,
  difference: [7, -6],
  rows: [
    [0, 1, 0.01],
    [0, 0.98, 0.02],
    [0, 0.4, 0.5],
    [0, -0.03, 1],
  ].map((row) => Float64Array.from(row)),
  progress: 'done',
  open: null,
  ...change,
});

export const opened: NonNullable<PatchView['open']> = {
  row: 1,
  at: 1,
  result: {
    position: 2,
    hiddenSize: [93, 94],
    entropy: [2, 3],
    divergence: 4,
    tokens: next().tokens.map(({ token, logits: [a, b], probabilities: [p, q] }) => ({
      token,
      logits: [b, a],
      probabilities: [q, p],
    })),
    difference: [-6, 6.74],
  },
};

interface Change extends Partial<TextsView> {
  readonly words?: OfBoth<readonly string[]>;
  readonly pairs?: TwoTexts['pairs'];
  readonly chosen?: number;
}

/** A state with two texts, whose last positions are chosen. */
export function twoTexts(change: Change = {}, state?: PanelState): PanelState {
  const { words = wordsOfBoth, chosen, pairs, ...rest } = change;
  const own = inspected(words[0], {}, { surprisal: words[0].map((_, at) => (at === 0 ? null : 3)) });
  const of = state ?? own;
  const paired = pairs ?? words[0].map((_, at): OfBoth => [at, at]);
  const row = (value: number) => Float64Array.from(paired, () => value);
  return {
    ...of,
    text: { ...own.text!, tokens: tokensOf(words[0]) },
    run: { ...(state?.run ?? own.run!), length: words[0].length },
    position: chosen ?? words[0].length - 1,
    texts: {
      text: words[1].join(''),
      from: null,
      result: {
        tokens: tokensOf(words[1]),
        leftOut: 0,
        run: {
          length: words[1].length,
          hiddenSize: row(93),
          entropy: row(2),
          surprisal: row(3),
          likeliest: [],
          layers: { residualSize: [], angleToInput: [], angleToPrediction: [], attentionSize: [], feedForwardSize: [] },
        },
        pairs: paired,
        hiddenAngle: row(62.4),
        angles: [0, 10, 40, 50].map(row),
        sizes: [1, 2, 3, 4].map((size) => [row(size), row(size + 1)] as const),
      },
      position: null,
      next: next(),
      patch: null,
      failure: null,
      ...rest,
    },
  };
}
