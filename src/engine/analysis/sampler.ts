import { samplerOff, type Sampler, type SamplerStage, type SamplerStep } from '../../shared/continuation';

/** Tokens that the repetition penalty looks back on. */
export const penalisedTokens = 64;

/** What can still be drawn of a list of logits. */
interface Left {
  /** Indices into the logits, rising. */
  readonly ids: Uint32Array;
  /** Those of ids that were cut too. */
  readonly logits: Float64Array;
  /** The id with the largest. */
  readonly first: number;
  /** Σ e^(logit − the largest). */
  readonly sum: number;
}

/**
 * A prediction through the steps of a sampler, each as in llama.cpp's llama-sampling.cpp with `min_keep` 0, in float64.
 * Of equal logits the lower id goes first.
 */
export class SampledLogits {
  readonly #all: Left;
  readonly #after: readonly { readonly step: SamplerStep; readonly left: Left }[];
  readonly #left: Left;

  /** `logits`: one an id, finite, at least one. `recent`: the ids that the repetition penalty is about. */
  constructor(logits: Float64Array, sampler: Sampler, recent: Iterable<number>) {
    let left = (this.#all = leftOf(firstIds(logits.length), logits));
    this.#after = sampler.order.map((step) => {
      const value = sampler[step];
      if (value !== samplerOff[step]) left = steps[step](left, value, recent);
      return { step, left };
    });
    this.#left = left;
  }

  /** Ids that can be drawn. */
  get count(): number {
    return this.#left.ids.length;
  }

  /** Of an id that can be drawn: 0 … 1. */
  probability(id: number): number {
    return shareIn(this.#left, id);
  }

  /** The model's own probability of any id: 0 … 1. */
  own(id: number): number {
    return shareIn(this.#all, id);
  }

  /** The likeliest ids that can be drawn, best first; fewer than `count` if there are fewer. */
  likeliest(count: number): Uint32Array {
    return leading(this.#left.ids, logitIn(this.#left), one, (sum) => sum >= count);
  }

  /** The id at a place, 0 ≤ `at` < 1, of all probabilities in a row, the likeliest first. */
  draw(at: number): number {
    const share = (id: number) => this.probability(id);
    return leading(this.#left.ids, logitIn(this.#left), share, (sum) => sum > at).at(-1) as number;
  }

  /** What each step left, with one id in question. */
  stages(chosen: number): SamplerStage[] {
    return this.#after.map(({ step, left }) => ({
      step,
      survivors: left.ids.length,
      mass: left.ids.length === this.#all.ids.length ? 1 : left.ids.reduce((sum, id) => sum + this.own(id), 0),
      chosen: left.ids.includes(chosen) ? shareIn(left, chosen) : null,
      first: left.first,
    }));
  }
}

function firstIds(count: number): Uint32Array {
  const ids = new Uint32Array(count);
  for (let id = 0; id < count; id++) ids[id] = id;
  return ids;
}

const logitIn =
  ({ logits }: Left) =>
  (id: number): number =>
    logits[id] as number;

const shareIn = ({ logits, first, sum }: Left, id: number): number =>
  Math.exp((logits[id] as number) - (logits[first] as number)) / sum;

function leftOf(ids: Uint32Array, logits: Float64Array): Left {
  let first = ids[0] as number;
  for (const id of ids) if ((logits[id] as number) > (logits[first] as number)) first = id;
  const greatest = logits[first] as number;
  let sum = 0;
  for (const id of ids) sum += Math.exp((logits[id] as number) - greatest);
  return { ids, logits, first, sum };
}

type Leading = readonly [
  score: (id: number) => number,
  share: (id: number) => number,
  isEnough: (sum: number) => boolean,
];
const one = (): number => 1;

/** The `leading` ids of a list alone. */
const cut = (left: Left, ...by: Leading): Left => leftOf(leading(left.ids, ...by).sort(), left.logits);

/** Below it a temperature is 0: the quotients of logits would all be as large as a number can be. */
const coldest = 1e-200;

/** The difference of two such numbers is one too, so that the shares of two large logits are numbers. */
const finite = (logit: number): number => Math.min(Math.max(logit, -1e300), 1e300);

const steps: Readonly<Record<SamplerStep, (left: Left, value: number, recent: Iterable<number>) => Left>> = {
  repeatPenalty({ ids, logits }, penalty, recent) {
    const changed = logits.slice();
    for (const id of new Set(recent)) {
      const logit = logits[id] as number;
      changed[id] = finite(logit <= 0 ? logit * penalty : logit / penalty);
    }
    return leftOf(ids, changed);
  },

  topK: (left, count) => cut(left, logitIn(left), one, (sum) => sum >= count),

  typical(left, most) {
    const { ids, logits, first, sum } = left;
    const surprisal = (id: number) => (logits[first] as number) + Math.log(sum) - (logits[id] as number);
    let entropy = 0;
    for (const id of ids) {
      const share = shareIn(left, id);
      if (share > 0) entropy += share * surprisal(id);
    }
    const nearness = (id: number) => -Math.abs(surprisal(id) - entropy);
    return cut(
      left,
      nearness,
      (id) => shareIn(left, id),
      (mass) => mass > most,
    );
  },

  topP: (left, least) =>
    cut(
      left,
      logitIn(left),
      (id) => shareIn(left, id),
      (mass) => mass >= least,
    ),

  minP(left, share) {
    const least = (left.logits[left.first] as number) + Math.log(share);
    const ids = left.ids.filter((id) => (left.logits[id] as number) >= least);
    return leftOf(ids, left.logits);
  },

  temperature({ ids, logits, first }, temperature) {
    if (temperature < coldest) return leftOf(Uint32Array.of(first), logits);
    const changed = logits.slice();
    for (const id of ids) changed[id] = finite((logits[id] as number) / temperature);
    return leftOf(ids, changed);
  },
};

/** The first width, in units of the score, within which ids are sorted; a wider one follows where it is too narrow. */
const firstWidth = 4;

/**
 * The ids with the greatest scores, greatest first, up to the first with which the sum of their shares is enough; all
 * if it never is. Only the ids near the greatest score are sorted, since a vocabulary is long.
 */
function leading(ids: Uint32Array, ...[score, share, isEnough]: Leading): Uint32Array {
  // Plain loops: a vocabulary is long, and this runs for each token that is drawn.
  const scores = new Float64Array(ids.length);
  let greatest = -Infinity;
  for (let at = 0; at < ids.length; at++) greatest = Math.max(greatest, (scores[at] = score(ids[at] as number)));
  for (let width = firstWidth; ; width *= 2) {
    const near: number[] = [];
    for (let at = 0; at < ids.length; at++) if ((scores[at] as number) >= greatest - width) near.push(at);
    near.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
    let sum = 0;
    const last = near.findIndex((at) => isEnough((sum += share(ids[at] as number))));
    if (last >= 0 || near.length === ids.length)
      return Uint32Array.from(last < 0 ? near : near.slice(0, last + 1), (at) => ids[at] as number);
  }
}
