import { bothOf, type Both } from '../../../shared/both';
import type { Vector } from '../../arrays/vectors';
import { rawLogit } from '../../model/logits';
import type { Model } from '../../model/model';
import { Logits } from '../divergence';

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
  /** ln Σ eˣ of the logits x. */
  readonly #logSums: Both<number>;

  /** `room`: for the logits of one position after the other. */
  constructor(
    private readonly models: Both<Model>,
    private readonly hidden: Both<Float32Array>,
    products: Both<Vector>,
    room: Both<Float64Array> = bothOf((side) => new Float64Array(products[side].length)),
  ) {
    const of = (side: 0 | 1) => new Logits(models[side], hidden[side], products[side], room[side]);
    const [a, b] = (this.#logits = [of(0), of(1)]);
    a.compute(b.likeliest);
    b.compute(a.likeliest);
    const sums = sumsOf(a.of, b.of, greatestOf(a), greatestOf(b));
    const [ofA, ofB] = (this.#logSums = sums.logSums);
    const bits = (nats: number) => Math.max(0, nats) / Math.LN2;
    this.divergence = [bits(sums.apart[0] + ofB - ofA), bits(ofA - ofB - sums.apart[1])];
    this.entropy = bothOf((side) => bits(this.#logSums[side] - sums.mean[side]));
  }

  /** ln p of a token, whose logit is computed in float64. */
  logProbability(side: 0 | 1, id: number): number {
    const model = this.models[side];
    return Math.min(0, model.capped(this.raw(side, id)) - this.#logSums[side]);
  }

  /** The raw logit, in float64. */
  raw(side: 0 | 1, id: number): number {
    return rawLogit(this.models[side], this.hidden[side], id);
  }

  /** The likeliest token. */
  first(side: 0 | 1): { readonly id: number; readonly probability: number } {
    const { of, likeliest } = this.#logits[side];
    const id = likeliest.reduce((best, other) => {
      const ahead = (of[other] as number) - (of[best] as number);
      return ahead > 0 || (ahead === 0 && other < best) ? other : best;
    });
    return { id, probability: Math.min(1, Math.exp((of[id] as number) - this.#logSums[side])) };
  }
}

/** One of the likeliest is the greatest. */
const greatestOf = ({ of, likeliest }: Logits): number =>
  likeliest.reduce((most, id) => Math.max(most, of[id] as number), -Infinity);

interface PredictionSums {
  readonly logSums: Both<number>;
  /** Σ p·x of the logits x. */
  readonly mean: Both<number>;
  /** Σ p·(a − b), with the p of each. */
  readonly apart: Both<number>;
}

/** All sums in one loop, in which most of the time of a comparison is spent. */
function sumsOf(logitsA: Float64Array, logitsB: Float64Array, greatestA: number, greatestB: number): PredictionSums {
  let [sumA, sumB, weightedA, weightedB, apartA, apartB] = [0, 0, 0, 0, 0, 0];
  for (let id = 0; id < logitsA.length; id++) {
    const [a, b] = [logitsA[id] as number, logitsB[id] as number];
    const powerA = Math.exp(a - greatestA);
    const powerB = Math.exp(b - greatestB);
    sumA += powerA;
    sumB += powerB;
    weightedA += powerA * a;
    weightedB += powerB * b;
    apartA += powerA * (a - b);
    apartB += powerB * (a - b);
  }
  return {
    logSums: [greatestA + Math.log(sumA), greatestB + Math.log(sumB)],
    mean: [weightedA / sumA, weightedB / sumB],
    apart: [apartA / sumA, apartB / sumB],
  };
}
