import { bothOf, type Both } from '../../../shared/both';
import { expsInto } from '../../arrays/exponential';
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
    const greatest = [greatestOf(a), greatestOf(b)] as const;
    const sums = sumsOf(room, greatest);
    const [ofA, ofB] = (this.#logSums = bothOf((side) => greatest[side] + Math.log(sums.powers[side])));
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
  /** Σ e^(x − m) of the logits x, m the greatest. */
  readonly powers: Both<number>;
  /** Σ p·x. */
  readonly mean: Both<number>;
  /** Σ p·(a − b), with the p of each. */
  readonly apart: Both<number>;
}

/** Logits between the exponentials and the sums of them: all of these stay in the processor's nearest memory. */
const together = 1024;

function sumsOf([logitsA, logitsB]: Both<Float64Array>, [greatestA, greatestB]: Both<number>): PredictionSums {
  const [powersA, powersB] = bothOf(() => new Float64Array(together));
  let [sumA, sumB, weightedA, weightedB, apartA, apartB] = [0, 0, 0, 0, 0, 0];
  for (let from = 0; from < logitsA.length; from += together) {
    const ofA = logitsA.subarray(from, from + together);
    const ofB = logitsB.subarray(from, from + together);
    expsInto(ofA, greatestA, powersA);
    expsInto(ofB, greatestB, powersB);
    for (let i = 0; i < ofA.length; i++) {
      const a = ofA[i] as number;
      const b = ofB[i] as number;
      const powerA = powersA[i] as number;
      const powerB = powersB[i] as number;
      sumA += powerA;
      sumB += powerB;
      weightedA += powerA * a;
      weightedB += powerB * b;
      apartA += powerA * (a - b);
      apartB += powerB * (a - b);
    }
  }
  return {
    powers: [sumA, sumB],
    mean: [weightedA / sumA, weightedB / sumB],
    apart: [apartA / sumA, apartB / sumB],
  };
}
