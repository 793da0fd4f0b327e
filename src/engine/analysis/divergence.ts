import type { Divergence, LensRowsQuestion } from '../../shared/layers';
import { row, type Vector } from '../arrays/vectors';
import { largestOf } from '../directions/ranking';
import { rawLogit, rawLogits } from '../model/logits';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { productsTogether, slicesOf, spanOf } from './lensRows';
import type { AboutText, Position } from './positions';
import { measureText } from './run';

/**
 * The Kullback–Leibler divergence of the prediction of each row of the lens from the final prediction at its position,
 * KL(final ‖ row) = Σ p·(ln p − ln q), in bits. The products are in float32, those of the likeliest tokens and all sums
 * over the vocabulary in float64.
 */
export const divergence: AboutText<LensRowsQuestion, Divergence> = async (
  loaded,
  { inspected },
  question,
  { onProgress, ...quiet },
) => {
  const { model } = loaded;
  const { first, count, after = 'layer' } = question;
  const span = spanOf(model, question, inspected.length);
  const { positions } = await measureText(loaded, inspected, quiet);
  const trunk = await model.trunk.run(inspected, quiet);

  const width = span.to - span.from;
  const rows = Array.from({ length: count }, () => new Float64Array(width));
  const { vocabulary } = model.directions.matrix;
  const together = Math.max(1, Math.floor(productsTogether / vocabulary) - 1);
  const room = new LogitsRoom(vocabulary);
  let done = 0;
  for await (const { from, to, hidden } of slicesOf(model, trunk, inspected, after, span, quiet.signal)) {
    // Position by position, since the rows of one share its final prediction.
    for (const batch of batches(from, to, count, together)) {
      const own = [...new Set(batch.map(({ position }) => position))];
      const finals = own.map((position) => (positions[position] as Position).hidden);
      const hiddens = batch.map(({ index, position }) => hidden(first + index, position));
      const products = await model.directions.dots([...finals, ...hiddens], quiet.signal);
      let final: { readonly position: number; readonly prediction: FinalPrediction } | undefined;
      for (const [i, { index, position }] of batch.entries()) {
        if (final?.position !== position) {
          const at = own.indexOf(position);
          const logits = new Logits(model, finals[at] as Float32Array, row(products, at, vocabulary), room.logits);
          final = { position, prediction: new FinalPrediction(logits, room.shares) };
        }
        const ofRow = row(products, own.length + i, vocabulary);
        const logits = new Logits(model, hiddens[i] as Float32Array, ofRow, room.logits);
        (rows[index] as Float64Array)[position - span.from] = final.prediction.divergence(logits);
        done++;
        if (done % cellsBetweenPauses > 0) continue;
        onProgress?.({ stage: 'lens', fraction: done / (count * width) });
        await pause(quiet.signal);
      }
    }
  }
  onProgress?.({ stage: 'lens', fraction: 1 });
  return { first, rows };
};

/** A cell takes about a millisecond. */
const cellsBetweenPauses = 16;

interface Place {
  /** Row, from the first that is asked for on. */
  readonly index: number;
  readonly position: number;
}

/** The cells position by position, at most `together` in a batch. */
function* batches(from: number, to: number, count: number, together: number): Generator<readonly Place[]> {
  const total = (to - from) * count;
  // Each position adds a query of its own.
  const most = Math.max(1, Math.floor((together * count) / (count + 1)));
  for (let begin = 0; begin < total; begin += most)
    yield Array.from({ length: Math.min(most, total - begin) }, (_, i) => ({
      index: (begin + i) % count,
      position: from + Math.floor((begin + i) / count),
    }));
}

/** Largest logits of a row that are computed in float64. */
const exactly = 32;

/** Room for one row's logits and one final prediction, for all cells in turn: each would leave megabytes behind. */
class LogitsRoom {
  readonly logits: Float64Array;
  readonly shares: Float64Array;

  constructor(vocabulary: number) {
    this.logits = new Float64Array(vocabulary);
    this.shares = new Float64Array(vocabulary);
  }
}

/** The logits of a row as the softmax sees them. */
export class Logits {
  /** The likeliest tokens, whose logits are exact. */
  readonly likeliest: Int32Array;

  constructor(
    private readonly model: Model,
    private readonly hidden: Float32Array,
    products: Vector,
    readonly of: Float64Array = new Float64Array(products.length),
  ) {
    const raw = rawLogits(model, products);
    of.set(raw);
    if (model.logitCap !== undefined) for (let id = 0; id < of.length; id++) of[id] = model.capped(of[id] as number);
    this.likeliest = largestOf(raw, exactly);
    this.compute(this.likeliest);
  }

  /** Computes the logits of these tokens in float64. */
  compute(ids: Int32Array): void {
    for (const id of ids) this.of[id] = this.model.capped(rawLogit(this.model, this.hidden, id));
  }

  /** ln Σ e^x. */
  sum(): number {
    const { of: logits } = this;
    // One of the likeliest is the greatest.
    const greatest = this.likeliest.reduce((most, id) => Math.max(most, logits[id] as number), -Infinity);
    let sum = 0;
    for (let id = 0; id < logits.length; id++) sum += Math.exp((logits[id] as number) - greatest);
    return greatest + Math.log(sum);
  }
}

/** The prediction p that others are compared with, from its logits a. */
export class FinalPrediction {
  readonly #likeliest: Int32Array;
  readonly #shares: Float64Array;
  readonly #sum: number;
  /** Σ p·a. */
  readonly #mean: number;

  /** Does not keep the logits. */
  constructor(logits: Logits, shares: Float64Array = new Float64Array(logits.of.length)) {
    this.#likeliest = logits.likeliest;
    this.#sum = logits.sum();
    this.#shares = shares;
    for (let id = 0; id < shares.length; id++) shares[id] = Math.exp((logits.of[id] as number) - this.#sum);
    this.#mean = this.#expected(logits);
  }

  /** KL(p ‖ q) of the prediction q with the logits b, in bits: Σ p·(a − b) − ln Σ e^a + ln Σ e^b ≥ 0. */
  divergence(logits: Logits): number {
    logits.compute(this.#likeliest);
    return Math.max(0, this.#mean - this.#expected(logits) - this.#sum + logits.sum()) / Math.LN2;
  }

  #expected({ of: logits }: Logits): number {
    let sum = 0;
    for (let id = 0; id < logits.length; id++) sum += (this.#shares[id] as number) * (logits[id] as number);
    return sum;
  }
}
