import type { Signal } from '../../shared/engine';
import { outOfRange } from '../../shared/errors';
import type { LensRowsQuestion, LensStage } from '../../shared/layers';
import { row } from '../arrays/vectors';
import type { Model } from '../model/model';
import type { Positions } from '../trunk/heads';
import type { TrunkStore } from '../trunk/trunk';
import { spanWithin } from './limits';

/** Numbers of the replayed layers that are kept at a time, 16 MiB, and positions that are replayed together. */
const numbersTogether = 2 ** 22;
const mostTogether = 64;

/** Products with all of the vocabulary that are kept at a time: 16 MiB. */
export const productsTogether = 2 ** 22;

/** Rows of the lens at some positions. */
interface Slice extends Positions {
  /** The prediction's vector of a row: the final norm of its residual. */
  hidden(layer: number, position: number): Float32Array;
}

/** The positions that are asked for. Throws `EngineError('bad-request')` if there are no such rows or positions. */
export function spanOf(model: Model, question: LensRowsQuestion, length: number): Positions {
  const { layers } = model.hyperparameters;
  const { first, count, positions, after = 'layer' } = question;
  const least = after === 'layer' ? 0 : 1;
  if (!Number.isInteger(first) || !Number.isInteger(count) || first < least || count < 1 || first + count > layers + 1)
    throw outOfRange('residuals', `${first} to ${first + count - 1}`, `${least} to ${layers}`);
  return spanWithin(positions, length);
}

/** The rows of all layers, some positions at a time. `ids` were run. */
export async function* slicesOf(
  model: Model,
  store: TrunkStore,
  ids: readonly number[],
  after: LensStage,
  { from, to }: Positions,
  signal: Signal | undefined,
): AsyncGenerator<Slice> {
  const { layers, dimensions } = model.hyperparameters;
  const before = (layer: number, position: number) => row(store.residuals(layer), position, dimensions);
  if (after === 'layer') {
    yield { from, to, hidden: (layer, position) => Float32Array.from(model.finalNorm(before(layer, position))) };
    return;
  }
  // A run keeps the residuals alone.
  const step = Math.max(1, Math.min(mostTogether, Math.floor(numbersTogether / (2 * layers * dimensions))));
  for (let first = from; first < to; first += step) {
    const end = Math.min(first + step, to);
    const { attention } = await model.trunk.replay(first, model.embedding.rows(ids.slice(first, end)), { signal });
    yield {
      from: first,
      to: end,
      hidden(layer, position) {
        const middle = Float64Array.from(before(layer - 1, position));
        const added = row(attention[layer - 1] as Float32Array, position - first, dimensions);
        for (let j = 0; j < dimensions; j++) middle[j] = (middle[j] as number) + (added[j] as number);
        return Float32Array.from(model.finalNorm(middle));
      },
    };
  }
}
