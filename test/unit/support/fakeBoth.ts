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
