import { selectionMargin } from './ranking';

export interface Softmax {
  /**
   * m, the greatest logit, and ln Σ e^(x − m) ≥ 0. They stay apart: the sum of both would round away what tells large
   * logits apart.
   */
  readonly greatest: number;
  readonly logSum: number;
  /** Bits, ≥ 0. */
  readonly entropy: number;
}

/** ln p of a logit as the softmax sees it: ≤ 0. A logit can exceed the greatest only if float32 missed it. */
export const logProbability = (logit: number, { greatest, logSum }: Softmax): number =>
  Math.min(0, logit - greatest - logSum);

/** p: 0 … 1. */
export const softmaxProbability = (logit: number, softmax: Softmax): number => Math.exp(logProbability(logit, softmax));

/** The terms of a softmax over some logits x: m, the greatest of them, Σ e^(x−m) and Σ e^(x−m)·(x−m). */
export interface Terms {
  readonly greatest: number;
  readonly sum: number;
  readonly weighted: number;
}

export function termsOf(logits: ArrayLike<number>): Terms {
  let greatest = -Infinity;
  for (let i = 0; i < logits.length; i++) greatest = Math.max(greatest, logits[i] as number);
  let sum = 0;
  let weighted = 0;
  for (let i = 0; i < logits.length; i++) {
    const less = (logits[i] as number) - greatest;
    const power = Math.exp(less);
    sum += power;
    // e^−∞ · −∞ would be NaN.
    if (power > 0) weighted += power * less;
  }
  return { greatest, sum, weighted };
}

/** The same terms with another m. */
function termsAt({ greatest, sum, weighted }: Terms, other: number): Terms {
  const scale = Math.exp(greatest - other);
  return { greatest: other, sum: scale * sum, weighted: scale > 0 ? scale * (weighted + sum * (greatest - other)) : 0 };
}

export function joinedTerms(parts: readonly Terms[]): Terms {
  const greatest = parts.reduce((most, part) => Math.max(most, part.greatest), -Infinity);
  let sum = 0;
  let weighted = 0;
  for (const part of parts) {
    const terms = termsAt(part, greatest);
    sum += terms.sum;
    weighted += terms.weighted;
  }
  return { greatest, sum, weighted };
}

/** −Σ p ln p of the logits that the terms are of: ≥ 0. */
const entropyOf = ({ sum, weighted }: Terms): number => Math.max(0, Math.log(sum) - weighted / sum);

/** Lists up to this length are shown beside each other, so their probabilities agree to the bit. */
const usualCount = 20;

/**
 * How many of the best rows are computed in float64 for a list of `count`: at least all that are listed, and the same
 * number for every list of a usual length.
 */
export const exactRows = (count: number): number => (count <= usualCount ? selectionMargin : count + selectionMargin);

/**
 * The softmax over `rows` logits. `rough` holds the float32 terms of all rows. `best` and `exact` are the largest
 * logits in float32 and float64. Float32 gives the share of probability that the largest rows have together; float64
 * divides that share among them, so probabilities never exceed it. Entropies add up by the grouping axiom (Shannon
 * 1948).
 */
export function softmaxOf(rows: number, rough: Terms, best: ArrayLike<number>, exact: ArrayLike<number>): Softmax {
  const ofBest = termsAt(termsOf(best), rough.greatest);
  const exactly = termsOf(exact);
  const others = rows - best.length;
  const rest = rough.sum - ofBest.sum;
  const share = others > 0 && rest > 0 ? ofBest.sum / rough.sum : 1;
  const logSum = Math.log(exactly.sum) - Math.log(share);
  if (share === 1) return { greatest: exactly.greatest, logSum, entropy: entropyOf(exactly) / Math.LN2 };
  const ofRest = Math.min(
    Math.log(others),
    entropyOf({ greatest: rough.greatest, sum: rest, weighted: rough.weighted - ofBest.weighted }),
  );
  const between = -share * Math.log(share) - (1 - share) * Math.log(1 - share);
  return {
    greatest: exactly.greatest,
    logSum,
    entropy: (between + share * entropyOf(exactly) + (1 - share) * ofRest) / Math.LN2,
  };
}

/** c·tanh(x/c), which keeps a logit x below the cap c; the logit itself without a cap. */
export const softCap = (logit: number, cap: number | undefined): number =>
  cap === undefined ? logit : cap * Math.tanh(logit / cap);
