// Attention of “The capital of France is” at its last position: two layers of three heads, with rounded numbers.
import type { Ablation } from '../../../src/shared/ablation';
import type { HeadCell, HeadGrid, HeadView, Pattern } from '../../../src/shared/attention';
import type { LogitPair } from '../../../src/shared/layers';
import { vocabularyToken } from './build';

export const paris = vocabularyToken(' Paris', 7042, 2.203);
export const london = vocabularyToken(' London', 4684, 2.075);

export const cell = (push: number, change: Partial<HeadCell> = {}): HeadCell => ({
  size: 10,
  push,
  first: 0.2,
  entropy: 1.5,
  most: 3,
  weight: 0.6,
  nearest: 3,
  aligned: 3,
  ...change,
});

export const grid = (change: Partial<HeadGrid> = {}): HeadGrid => ({
  position: 4,
  output: paris,
  against: null,
  heads: [
    [cell(0.1), cell(-1.6, { first: 0.7, most: 0, weight: 0.7 }), cell(0)],
    [cell(2.82, { size: 89.88, weight: 0.9 }), cell(0.4), cell(-0.2)],
  ],
  biases: [],
  ...change,
});

export const headView = (change: Partial<HeadView> = {}): HeadView => ({
  layer: 1,
  head: 0,
  position: 4,
  output: paris,
  against: null,
  weights: Float64Array.of(0.07, 0.01, 0.01, 0.9, 0.01),
  size: 89.88,
  attentionSize: 99.99,
  push: 2.82,
  angle: 78.3,
  turn: 4.2,
  raised: [{ token: vocabularyToken(' мир', 7), push: 3.8 }],
  lowered: [{ token: vocabularyToken(' да', 9), push: -2.2 }],
  sources: [
    { position: 3, weight: 0.9, size: 89.8, push: 2.82, raised: [{ token: vocabularyToken(' мир', 7), push: 3.8 }] },
    { position: 0, weight: 0.07, size: 0.465, push: 0, raised: [] },
  ],
  ...change,
});

/** Row i looks at itself with weight i / 10, and at the first position with the rest. */
export function pattern(positions: number, together = 1): Pattern {
  const rows = Math.ceil(positions / together);
  const cells = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: row + 1 }, (__, column) =>
      row === 0 ? 1 : column === row ? row / 10 : column === 0 ? 1 - row / 10 : 0,
    ),
  ).flat();
  return { layer: 1, head: 0, positions, together, cells: Float32Array.from(cells) };
}

/** The two logits of the default model, rounded. */
export const pair = (change: Partial<LogitPair> = {}): LogitPair => ({
  against: london,
  logits: [17.3713, 13.2418],
  hiddenSize: 43.7939,
  sizes: [2.2027, 2.0748],
  cosines: [0.18008, 0.14573],
  biases: [0, 0],
  ...change,
});

export const ablation = (change: Partial<Ablation> = {}): Ablation => ({
  position: 4,
  hiddenSize: [43.8, 40.1],
  entropy: [2.1, 4.2],
  divergence: 1.73,
  tokens: [
    { token: paris, logits: [17.37, 13.31], probabilities: [0.773, 0.141] },
    { token: london, logits: [13.24, 13.03], probabilities: [0.012, 0.107] },
  ],
  ...change,
});
