import type { Signal } from '../../../shared/engine';
import { inMemory } from '../../../shared/noMemory';
import { row } from '../../arrays/vectors';
import type { Model } from '../../model/model';
import { pause } from '../../tasks/pause';
import type { TrunkControl } from '../../trunk/trunk';

/** A text that a model ran, as comparisons read it. */
export interface RanText {
  readonly model: Model;
  readonly ids: readonly number[];
  /** h, float32. */
  hidden(position: number): Float32Array;
  /** The residual after so many layers, before the final norm. */
  residual(layers: number, position: number): Float32Array;
  /** The products of h with all output rows at the positions from `from` on, before `to`: positions × V. */
  products(from: number, to: number, signal?: Signal): Promise<Float32Array>;
}

/** Runs a text, unless it was run last. It can be read until the model runs another. */
export async function runText(model: Model, ids: readonly number[], control: TrunkControl): Promise<RanText> {
  const { dimensions, layers } = model.hyperparameters;
  const store = await model.trunk.run(ids, control);
  const residual = (after: number, position: number) => row(store.residuals(after), position, dimensions);
  const hidden = (position: number) => Float32Array.from(model.finalNorm(residual(layers, position)));
  return {
    model,
    ids,
    hidden,
    residual,
    products: (from, to, signal) =>
      model.directions.dots(
        Array.from({ length: to - from }, (_, i) => hidden(from + i)),
        signal,
      ),
  };
}

/**
 * A copy of the first positions, as many as fit into `most` bytes and at least one. It needs neither the layers nor the
 * matrices of the model in memory. Throws `EngineError('no-memory')` if it cannot be allocated.
 */
export async function keptText(ran: RanText, most: number, signal?: Signal): Promise<RanText> {
  const { model } = ran;
  const { dimensions, layers } = model.hyperparameters;
  const { vocabulary } = model.directions.matrix;
  const ofPosition = 4 * (vocabulary + (layers + 2) * dimensions);
  const length = Math.min(ran.ids.length, Math.max(1, Math.floor(most / ofPosition)));
  const copied = (of: (position: number) => Float32Array) => {
    const all = inMemory(4 * length * dimensions, () => new Float32Array(length * dimensions));
    for (let position = 0; position < length; position++) all.set(of(position), position * dimensions);
    return all;
  };
  const hidden = copied((position) => ran.hidden(position));
  const residuals: Float32Array[] = [];
  for (let after = 0; after <= layers; after++) {
    residuals.push(copied((position) => ran.residual(after, position)));
    await pause(signal);
  }
  const products = inMemory(4 * length * vocabulary, () => new Float32Array(length * vocabulary));
  for (let from = 0; from < length; from += positionsTogether(vocabulary)) {
    const to = Math.min(length, from + positionsTogether(vocabulary));
    products.set(await ran.products(from, to, signal), from * vocabulary);
  }
  return {
    model,
    ids: ran.ids.slice(0, length),
    hidden: (position) => row(hidden, position, dimensions),
    residual: (after, position) => row(residuals[after] as Float32Array, position, dimensions),
    products: async (from, to) => products.subarray(from * vocabulary, to * vocabulary),
  };
}

/** Products that are computed at a time: 16 MiB. */
const productsTogether = 2 ** 22;
export const positionsTogether = (vocabulary: number): number => Math.max(1, Math.floor(productsTogether / vocabulary));
