import type { Control, Signal } from '../../shared/engine';
import { metrics, type ByMetric } from '../../shared/metrics';
import { norm } from '../arrays/vectors';
import type { FoundRows } from '../directions/directions';
import type { Ranked } from '../directions/ranking';
import { logProbability, softmaxProbability as probabilityOf, type Softmax } from '../directions/softmax';
import { rawLogit } from '../model/logits';
import type { Model } from '../model/model';
import type { TokenRows } from '../trunk/residuals';
import { unknownLayers, type HiddenVectors, type LayersOfPosition } from './hiddenVectors';
import type { RunStore } from './runStore';
import type { CutText } from './tokenise';

/** All that is measured at one position of a text. It depends on nothing that comes after. */
export interface Position extends LayersOfPosition {
  readonly hidden: Float32Array;
  /** ‖h‖₂, model units. */
  readonly hiddenSize: number;
  readonly softmax: Softmax;
  /** Outputs by raw logit, best first. */
  readonly likeliest: readonly Ranked[];
  /** Output rows nearest to h, best first; `dot` is likeliest's order where the model has no output bias. */
  readonly nearest: ByMetric<readonly Ranked[]>;
}

/** What the prediction at a position is made from. */
export type Predicting = Pick<Position, 'hidden' | 'softmax'>;

/** Probability of an output at a position, over the whole vocabulary, from its raw logit. */
export const tokenProbability = (model: Model, logit: number, softmax: Softmax): number =>
  probabilityOf(model.capped(logit), softmax);

/** −log₂ p of a token under the prediction at a position, bits: ≥ 0. */
export function surprisal(model: Model, { hidden, softmax }: Predicting, next: number): number {
  return Math.abs(logProbability(model.capped(rawLogit(model, hidden, next)), softmax)) / Math.LN2;
}

export interface Measured {
  readonly positions: readonly Position[];
  /** The output rows nearest to the input vectors of `tokens`, in their order. */
  readonly neighbours: readonly FoundRows[];
}

/** A model and the measurements of its texts. */
export interface LoadedModel {
  readonly model: Model;
  readonly positions: PositionStore;
  readonly runs: RunStore;
}

/** Answers a question about a text that was cut for a run. */
export type AboutText<Question, Answer, Loaded = LoadedModel> = (
  loaded: Loaded,
  text: CutText,
  question: Question,
  control: Control,
) => Promise<Answer>;

/** Measures positions, and keeps them for the next text that begins alike. */
export class PositionStore {
  #ids: number[] = [];
  #count = 0;
  /** What ran the layers: another backend gives other bits. */
  #origin: object | null = null;
  readonly #positions: Position[] = [];

  /**
   * Measures the positions that are not known yet, `count` outputs each. The input vectors of `tokens` go through the
   * output matrix together with the hidden vectors, because reading the matrix is what costs.
   */
  async measure(
    model: Model,
    ids: readonly number[],
    vectors: HiddenVectors,
    count: number,
    tokens: readonly number[],
    signal?: Signal,
    onFraction?: (fraction: number) => void,
  ): Promise<Measured> {
    const known = this.#keepPrefix(ids, count, vectors.origin);
    const { directions, embedding } = model;
    const fresh = ids.slice(known);
    const hidden = fresh.map((_, i) => vectors.at(known + i));
    const lists = directions.bias ? [...metrics, 'logit' as const] : metrics;
    const found = await directions.search([...hidden, ...tokens.map((id) => embedding.row(id))], {
      count,
      lists,
      hidden: fresh.length,
      signal,
      onFraction,
    });

    const likeliest = found.slice(0, fresh.length).map(({ ranked }) => (directions.bias ? ranked.logit : ranked.dot));
    const predicted = likeliest.map(([first]) => (first as Ranked).id);
    const layers = await vectors.layers?.(known, tokenRows(model, fresh, predicted), signal);

    fresh.forEach((id, i) => {
      const { ranked, softmax } = found[i] as FoundRows;
      const vector = hidden[i] as Float32Array;
      this.#positions.push({
        hidden: vector,
        hiddenSize: norm(vector),
        softmax: softmax as Softmax,
        likeliest: likeliest[i] as readonly Ranked[],
        nearest: ranked,
        ...(layers?.[i] ?? unknownLayers),
      });
      this.#ids.push(id);
    });
    return { positions: this.#positions.slice(0, ids.length), neighbours: found.slice(fresh.length) };
  }

  /** The last position of these ids if it was measured. */
  known(ids: readonly number[]): Position | undefined {
    return ids.every((id, i) => this.#ids[i] === id) ? this.#positions[ids.length - 1] : undefined;
  }

  #keepPrefix(ids: readonly number[], count: number, origin: object): number {
    let same = 0;
    if (count === this.#count && origin === this.#origin)
      while (same < this.#ids.length && same < ids.length && this.#ids[same] === ids[same]) same++;
    this.#count = count;
    this.#origin = origin;
    this.#ids.length = same;
    this.#positions.length = same;
    return same;
  }
}

/** The input vectors of tokens, and the output rows of the tokens that are predicted after them. */
function tokenRows({ embedding, directions }: Model, ids: readonly number[], predicted: readonly number[]): TokenRows {
  const inputs = ids.map((id) => embedding.row(id));
  return {
    inputs,
    inputSizes: inputs.map(norm),
    outputs: predicted.map((id) => directions.matrix.row(id)),
    outputSizes: predicted.map((id) => directions.sizes.of[id] as number),
  };
}
