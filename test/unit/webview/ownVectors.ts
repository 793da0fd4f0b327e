// A vector of one's own and a steered run, with small numbers that a test can follow.
import type { SteerView, VectorView } from '../../../src/shared/instruments';
import { byMetric } from '../../../src/shared/metrics';
import type { PanelState } from '../../../src/shared/panel';
import type { OwnVector } from '../../../src/shared/vectors/vector';
import { inspected, ranked, vocabularyToken } from './build';

/** Tokens without a Latin letter, so that all others on a page are the webview's. */
export const [king, man, queen, prince] = [
  ranked(' царь', 1),
  ranked(
    ' муж',
    2,
    byMetric(() => 50),
  ),
  ranked(
    ' царица',
    3,
    byMetric(() => 2),
  ),
  ranked(
    ' князь',
    4,
    byMetric(() => 3),
  ),
];

/** царь − муж: itself the nearest by each metric, then царица. */
export const ownVector = (change: Partial<OwnVector> = {}): OwnVector => ({
  expression: '1 - 2',
  side: 'input',
  centred: false,
  size: 3.25,
  operands: [
    { span: { from: 0, to: 1 }, name: ' царь', token: king, size: 2.25, angle: 46.2 },
    { span: { from: 4, to: 5 }, name: ' муж', token: man, size: 2.5, angle: 105.9 },
  ],
  lists: byMetric(() => [king, queen, prince]),
  also: [prince],
  predicted: [{ token: queen.token, logit: 8.45, probability: 0.25 }],
  entropy: 14.73,
  ...change,
});

const [no, yes] = [vocabularyToken(' нет', 8), vocabularyToken(' да', 7)];

export const steered: SteerView = {
  steering: { expression: '1 - 2', how: 'add', strength: 4, layer: 13, positions: 'last' },
  result: {
    ...{ position: 2, hiddenSize: [40, 50], entropy: [1, 2], divergence: 2.5, vectorSize: 3.25, residualSize: 130 },
    tokens: [
      { token: yes, logits: [17, 12], probabilities: [0.75, 0.005] },
      { token: no, logits: [10, 15], probabilities: [0.001, 0.5] },
    ],
    promised: [-1, 7.5],
  },
  curve: {
    position: 2,
    strengths: [-4, -2, 0, 2, 4, 6, 8],
    tokens: [
      { token: yes, probabilities: [0.1, 0.5, 0.75, 0.4, 0.005, 0, 0] },
      { token: no, probabilities: [0, 0, 0.001, 0.2, 0.5, 0.7, 0.6] },
    ],
  },
  fault: null,
};

/** A state with a vector, and with a run that it steers. */
export const withVector = (
  result: OwnVector | null = ownVector(),
  change: Partial<PanelState> = {},
  state: PanelState = inspected(['Мир', ' без', ' слов']),
): PanelState => {
  const vector: VectorView = { expression: '1 - 2', result, fault: null };
  return { ...state, vector, ...change };
};
