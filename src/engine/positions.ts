import type { Signal } from '../shared/engine';
import { byMetric, type ByMetric } from '../shared/tokens';
import type { Found, Softmax } from './directions';
import { rankLogits, rawLogit } from './logits';
import type { Model } from './model';
import { rank, type Ranked } from './ranking';
import type { TrunkStore } from './trunkStore';
import { angle, norm, row } from './vectors';

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
export const probability = (model: Model, logit: number, { logTotal }: Softmax): number => Math.exp(model.capped(logit) - logTotal);

/** −log₂ p of a token under the prediction at a position, bits. */
export function surprisal(model: Model, position: Position, next: number): number {
  return (position.softmax.logTotal - model.capped(rawLogit(model, position.hidden, next))) / Math.LN2;
}

export interface Measured {
  readonly positions: readonly Position[];
  /** Candidates for the output rows nearest to the input vectors of `tokens`, in their order. */
  readonly neighbours: readonly Found[];
}

/** Measures positions, and keeps them for the next text that begins alike. */
export class PositionStore {
  #ids: number[] = [];
  #count = 0;
  readonly #positions: Position[] = [];

  /**
   * Measures the positions that are not known yet, `count` outputs each. The input vectors of `tokens` go through the output matrix
   * together with the hidden vectors, because reading the matrix is what costs.
   */
  async measure(model: Model, ids: readonly number[], store: TrunkStore, count: number, tokens: readonly number[], signal?: Signal, onFraction?: (fraction: number) => void): Promise<Measured> {
    const known = this.#keepPrefix(ids, count);
    const { dimensions } = model.hyperparameters;
    const layers = model.hyperparameters.layers;
    const fresh = ids.length - known;

    const queries = new Float32Array((fresh + tokens.length) * dimensions);
    for (let i = 0; i < fresh; i++) queries.set(model.finalNorm(row(store.residuals(layers), known + i, dimensions)), i * dimensions);
    queries.set(model.embedding.rows(tokens), fresh * dimensions);
    const found = await model.directions.search(queries, fresh, count, model.directions.raw, signal, onFraction);

    for (let i = 0; i < fresh; i++) {
      const hidden = queries.slice(i * dimensions, (i + 1) * dimensions);
      this.#positions.push(measurePosition(model, store, known + i, ids[known + i] as number, hidden, found[i] as Found, count));
      this.#ids.push(ids[known + i] as number);
    }
    return { positions: this.#positions.slice(0, ids.length), neighbours: found.slice(fresh) };
  }

  #keepPrefix(ids: readonly number[], count: number): number {
    let same = 0;
    if (count === this.#count) while (same < this.#ids.length && same < ids.length && this.#ids[same] === ids[same]) same++;
    this.#count = count;
    this.#ids.length = same;
    this.#positions.length = same;
    return same;
  }
}

function measurePosition(model: Model, store: TrunkStore, index: number, id: number, hidden: Float32Array, found: Found, count: number): Position {
  const { directions } = model;
  const { layers, dimensions } = model.hyperparameters;
  const nearest = byMetric((metric) => rank(directions, directions.raw, metric, hidden, found.candidates[metric], count));

  const likeliest = directions.bias ? rankLogits(model, hidden, found.logits as Int32Array, count) : nearest.dot;
  const predicted = likeliest[0] as Ranked;
  const input = model.embedding.row(id);
  const inputSize = norm(input);
  const output = directions.matrix.row(predicted.id);
  const outputSize = directions.sizes.of[predicted.id] as number;
  const residuals = Array.from({ length: layers + 1 }, (_, layer) => row(store.residuals(layer), index, dimensions));
  const residualSize = residuals.map((residual) => norm(residual));
  const normed = new Float64Array(dimensions);
  return {
    hidden,
    hiddenSize: norm(hidden),
    softmax: found.softmax as Softmax,
    likeliest,
    nearest,
    residualSize,
    angleToInput: residuals.map((residual, layer) => angle(residual, input, residualSize[layer], inputSize)),
    angleToPrediction: residuals.map((residual) => angle(model.finalNorm(residual, normed), output, undefined, outputSize)),
    attentionSize: Array.from({ length: layers }, (_, layer) => store.attentionSize(layer)[index] as number),
    feedForwardSize: Array.from({ length: layers }, (_, layer) => store.feedForwardSize(layer)[index] as number),
  };
}
