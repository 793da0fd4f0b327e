import type { Blame, BlamedPart, BlameQuestion } from '../../../src/shared/blame';
import { bothOf, type OtherModel, type RowInBoth, type SameTokens, type TokenInBoth } from '../../../src/shared/both';
import type { ModelInfo } from '../../../src/shared/model';
import type { VocabularyToken } from '../../../src/shared/tokens';

/** A second model as the fake engine loads it: of the same vocabulary, beside the first. */
export const otherModel = (info: ModelInfo): OtherModel => ({
  info,
  runs: 'together',
  refusal: null,
  sameVocabulary: true,
  sameWidth: true,
});

/** After position p the predictions are p bits apart. */
export const sameTokens = (length: number): SameTokens => ({
  kind: 'same',
  length,
  leftOut: 0,
  bitsPerCharacter: [1, 2],
  perplexity: [2, 4],
  divergence: bothOf(() => Float64Array.from({ length }, (_, at) => at)),
  surprisal: bothOf(() => new Float64Array(length)),
  change: new Float64Array(length),
  first: [],
  hiddenSize: bothOf(() => new Float64Array(length)),
  hiddenAngle: null,
  sums: {
    ...{ predictions: length - 1, meanDivergence: 0, divergence90: 0, divergence99: 0, mostDivergence: 0 },
    ...{ meanChange: 0, rmsChange: 0, sameFirst: 1 },
  },
});

export const rowInBoth = (token: VocabularyToken): RowInBoth => ({ token, size: [1, 1], angle: null });

export const noParts = { hiddenSize: 0, size: 0, angle: 0, bias: 0 };

export const tokenInBoth = (token: VocabularyToken): TokenInBoth => ({
  ...{ token, probability: [0, 0], rank: [1, 1], logit: [0, 0], size: [1, 1], cosine: [1, 1] },
  parts: noParts,
});

const effect = (divergence: number) => ({
  divergence,
  meanDivergence: divergence / 2,
  logit: { change: -divergence, parts: { hiddenSize: 0, size: 0, angle: -divergence, bias: 0 } },
  h: { angle: 10 * divergence, ratio: 1 },
});

export const blamedPart = (part: BlamedPart['part'], divergence: number): BlamedPart => ({
  part,
  ...effect(divergence),
});

/** Two layers, whose feed-forward parts cost more than their attention, and an embedding. */
export const blamed = ({ position, by, reverse }: BlameQuestion): Blame => ({
  ...{ position, by, reverse, leftOut: 0, whole: effect(2) },
  token: { id: 97, text: 'a', bytes: [97], special: false, size: 1, percentile: 50 },
  parts: [
    blamedPart({ kind: 'matrix', side: 'input' }, 0.25),
    ...[0, 1].flatMap((layer) => [
      blamedPart({ kind: 'attention', layer }, 0.125),
      blamedPart({ kind: 'feedForward', layer }, 0.5 + layer),
    ]),
  ],
});
