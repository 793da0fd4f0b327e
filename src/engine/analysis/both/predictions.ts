import type { Both } from '../../../shared/both';
import type { Vector } from '../../arrays/vectors';
import { better, type Ranked } from '../../directions/ranking';
import { rawLogit } from '../../model/logits';
import type { Model } from '../../model/model';
import { Logits } from '../divergence';

/** Room for the predictions of one position, for all positions in turn. */
export class PredictionRoom {
  readonly logits: Both<Float64Array>;
  readonly powers: Both<Float64Array>;

  constructor(vocabulary: number) {
    const both = (): Both<Float64Array> => [new Float64Array(vocabulary), new Float64Array(vocabulary)];
    [this.logits, this.powers] = [both(), both()];
  }
}

/**
 * The predictions of two models with one vocabulary after a position. The products come in float32; the logits of the
 * likeliest tokens of both are computed in float64, as are all sums.
 */
export class Predictions {
  /** KL(A‖B) and KL(B‖A), bits: Σ p·(a − b) − ln Σ eᵃ + ln Σ eᵇ ≥ 0, and 0 for equal logits. */
  readonly divergence: Both<number>;
  /** Bits. */
  readonly entropy: Both<number>;
  readonly #logits: Both<Logits>;
  readonly #sums: Both<number>;

  constructor(
    private readonly models: Both<Model>,
    private readonly hidden: Both<Float32Array>,
    products: Both<Vector>,
    { logits, powers }: PredictionRoom,
  ) {
    const of = (side: 0 | 1) => new Logits(models[side], hidden[side], products[side], logits[side]);
    const both = (this.#logits = [of(0), of(1)]);
    both[0].compute(both[1].likeliest);
    both[1].compute(both[0].likeliest);
    const [a, b] = [softmaxInto(logits[0], powers[0]), softmaxInto(logits[1], powers[1])];
    this.#sums = [a.logSum, b.logSum];
    let [ofA, ofB] = [0, 0];
    for (let id = 0; id < logits[0].length; id++) {
      const apart = (logits[0][id] as number) - (logits[1][id] as number);
      ofA += (powers[0][id] as number) * apart;
      ofB += (powers[1][id] as number) * apart;
    }
    const between = b.logSum - a.logSum;
    const bits = (nats: number) => Math.max(0, nats) / Math.LN2;
    this.divergence = [bits(ofA / a.sum + between), bits(-ofB / b.sum - between)];
    this.entropy = [bits(a.logSum - a.mean), bits(b.logSum - b.mean)];
  }

  /** ln p of a token, whose logit is computed in float64. */
  logProbability(side: 0 | 1, id: number): number {
    const model = this.models[side];
    return Math.min(0, model.capped(this.raw(side, id)) - this.#sums[side]);
  }

  /** The raw logit, in float64. */
  raw(side: 0 | 1, id: number): number {
    return rawLogit(this.models[side], this.hidden[side], id);
  }

  /** The `count` tokens of the largest raw logits, best first; at most as many as are exact. */
  likeliest(side: 0 | 1, count: number): Ranked[] {
    return Array.from(this.#logits[side].likeliest, (id) => ({ id, value: this.raw(side, id) }))
      .sort((a, b) => better('dot', a, b))
      .slice(0, count);
  }
}

/** Writes e^(x − m) of every logit x, m the greatest. `mean` is Σ p·x. */
function softmaxInto(
  logits: Float64Array,
  powers: Float64Array,
): { readonly sum: number; readonly logSum: number; readonly mean: number } {
  let greatest = -Infinity;
  for (let id = 0; id < logits.length; id++) if ((logits[id] as number) > greatest) greatest = logits[id] as number;
  let [sum, weighted] = [0, 0];
  for (let id = 0; id < logits.length; id++) {
    const power = Math.exp((logits[id] as number) - greatest);
    powers[id] = power;
    sum += power;
    weighted += power * (logits[id] as number);
  }
  return { sum, logSum: greatest + Math.log(sum), mean: weighted / sum };
}
