import type { Signal } from '../../shared/engine';
import { metrics, type ByMetric } from '../../shared/metrics';
import type { Found } from '../directions/directions';
import { rawLogit } from '../model/logits';
import type { Model } from '../model/model';
import type { Ranked } from '../directions/ranking';
import type { ResidualMeasures } from '../trunk/residuals';
import { logProbability, probability as probabilityOf, type Softmax } from '../directions/softmax';
import type { TrunkStore } from '../trunk/trunk';
import { norm, row } from '../tools/vectors';

/** All that is measured at one position of a text. It depends on nothing that comes after. */
export interface Position {
  readonly hidden: Float32Array;
  /** ‖h‖₂, model units. */
  readonly hiddenSize: number;
  readonly softmax: Softmax;
  /** Outputs by raw logit, best first. */
  readonly likeliest: readonly Ranked[];
  /** Output rows nearest to h, best first; `dot` is likeliest's order where the model has no output bias. */
  readonly nearest: ByMetric<readonly Ranked[]>;
  /** One entry a residual, from before the first layer to after the last. */
  readonly residualSize: readonly number[];
  readonly angleToInput: readonly number[];
  readonly angleToPrediction: readonly number[];
  /** One entry a layer. */
  readonly attentionSize: readonly number[];
  readonly feedForwardSize: readonly number[];
}

/** Probability of an output at a position, over the whole vocabulary, from its raw logit. */
export const probability = (model: Model, logit: number, softmax: Softmax): number =>
  probabilityOf(model.capped(logit), softmax);

/** −log₂ p of a token under the prediction at a position, bits: ≥ 0. */
export function surprisal(model: Model, position: Position, next: number): number {
  return Math.abs(logProbability(model.capped(rawLogit(model, position.hidden, next)), position.softmax)) / Math.LN2;
}

export interface Measured {
  readonly positions: readonly Position[];
  /** The output rows nearest to the input vectors of `tokens`, in their order. */
  readonly neighbours: readonly Found[];
}

/** Measures positions, and keeps them for the next text that begins alike. */
export class PositionStore {
  #ids: number[] = [];
  #count = 0;
  /** The store of the backend that ran the layers; another backend gives other bits. */
  #store: TrunkStore | null = null;
  readonly #positions: Position[] = [];

  /**
   * Measures the positions that are not known yet, `count` outputs each. The input vectors of `tokens` go through the
   * output matrix together with the hidden vectors, because reading the matrix is what costs.
   */
  async measure(
    model: Model,
    ids: readonly number[],
    store: TrunkStore,
    count: number,
    tokens: readonly number[],
    signal?: Signal,
    onFraction?: (fraction: number) => void,
  ): Promise<Measured> {
    const known = this.#keepPrefix(ids, count, store);
    const { dimensions, layers } = model.hyperparameters;
    const { directions, embedding } = model;
    const fresh = ids.slice(known);
    const last = store.residuals(layers);
    const hidden = fresh.map((_, i) => Float32Array.from(model.finalNorm(row(last, known + i, dimensions))));
    const lists = directions.bias ? [...metrics, 'logit' as const] : metrics;
    const found = await directions.search([...hidden, ...tokens.map((id) => embedding.row(id))], {
      count,
      lists,
      hidden: fresh.length,
      signal,
      onFraction,
    });

    const likeliest = found.slice(0, fresh.length).map(({ ranked }) => (directions.bias ? ranked.logit : ranked.dot));
    const inputs = fresh.map((id) => embedding.row(id));
    const predicted = likeliest.map(([first]) => (first as Ranked).id);
    const rows = {
      inputs,
      inputSizes: inputs.map(norm),
      outputs: predicted.map((id) => directions.matrix.row(id)),
      outputSizes: predicted.map((id) => directions.sizes.of[id] as number),
    };
    const measures = await store.measure(known, rows, model.needRunner().norm, signal);
    const part = (sizes: (layer: number) => Float64Array) => Array.from({ length: layers }, (_, layer) => sizes(layer));
    const [attention, feedForward] = [
      part((layer) => store.attentionSize(layer)),
      part((layer) => store.feedForwardSize(layer)),
    ];

    fresh.forEach((id, i) => {
      const { ranked, softmax } = found[i] as Found;
      const { sizes, angleToInput, angleToPrediction } = measures[i] as ResidualMeasures;
      const vector = hidden[i] as Float32Array;
      const sizesOf = (parts: readonly Float64Array[]) => parts.map((own) => own[known + i] as number);
      this.#positions.push({
        ...{
          hidden: vector,
          hiddenSize: norm(vector),
          softmax: softmax as Softmax,
          likeliest: likeliest[i] as readonly Ranked[],
          nearest: ranked,
        },
        ...{
          residualSize: sizes,
          angleToInput,
          angleToPrediction,
          attentionSize: sizesOf(attention),
          feedForwardSize: sizesOf(feedForward),
        },
      });
      this.#ids.push(id);
    });
    return { positions: this.#positions.slice(0, ids.length), neighbours: found.slice(fresh.length) };
  }

  #keepPrefix(ids: readonly number[], count: number, store: TrunkStore): number {
    let same = 0;
    if (count === this.#count && store === this.#store)
      while (same < this.#ids.length && same < ids.length && this.#ids[same] === ids[same]) same++;
    this.#count = count;
    this.#store = store;
    this.#ids.length = same;
    this.#positions.length = same;
    return same;
  }
}
