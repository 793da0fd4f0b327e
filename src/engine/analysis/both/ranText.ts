import type { Signal } from '../../../shared/engine';
import { inMemory } from '../../../shared/noMemory';
import { row } from '../../arrays/vectors';
import type { Model } from '../../model/model';
import { pause } from '../../tasks/pause';
import type { TrunkControl } from '../../trunk/trunk';

/** A text that a model ran, as far as its predictions need it. */
export interface PredictedText {
  readonly model: Model;
  readonly ids: readonly number[];
  /** h, float32. */
  hidden(position: number): Float32Array;
  /**
   * The products of h with all output rows at the positions from `from` on, before `to`: positions × V. They may stand
   * in `room`, which has at least that length. Products that are in memory need none.
   */
  products(from: number, to: number, room: () => Float32Array, signal?: Signal): Promise<Float32Array>;
}

/** A text that a model ran, as comparisons read it. */
export interface RanText extends PredictedText {
  /** The residual after so many layers, before the final norm. */
  residual(layers: number, position: number): Float32Array;
}

/** Runs a text, unless it was run last. It can be read until the model runs another. */
export async function runOneText(model: Model, ids: readonly number[], control: TrunkControl): Promise<RanText> {
  const { dimensions, layers } = model.hyperparameters;
  const store = await model.trunk.run(ids, control);
  const residual = (after: number, position: number) => row(store.residuals(after), position, dimensions);
  const hidden = (position: number) => Float32Array.from(model.finalNorm(residual(layers, position)));
  return { model, ids, hidden, residual, products: productsOf(model, hidden) };
}

const productsOf =
  (model: Model, hidden: PredictedText['hidden']): PredictedText['products'] =>
  (from, to, room, signal) =>
    model.directions.dots(
      Array.from({ length: to - from }, (_, i) => hidden(from + i)),
      signal,
      room().subarray(0, (to - from) * model.directions.matrix.vocabulary),
    );

/** The same text with h of all positions copied, so that it outlives the layers. */
export function keptHidden({ model, ids, hidden }: RanText): PredictedText {
  const all = ids.map((_, position) => hidden(position));
  const kept = (position: number) => all[position] as Float32Array;
  return { model, ids, hidden: kept, products: productsOf(model, kept) };
}

/** Multiplies the h of texts with the same output rows in one pass. `room`: texts × positions × V. */
export async function multipliedTogether(
  texts: readonly PredictedText[],
  room: Float32Array,
  signal: Signal | undefined,
): Promise<PredictedText[]> {
  const { directions } = (texts[0] as PredictedText).model;
  const { vocabulary } = directions.matrix;
  const hiddens = texts.flatMap(({ ids, hidden }) => ids.map((_, position) => hidden(position)));
  const all = await directions.dots(hiddens, signal, room.subarray(0, hiddens.length * vocabulary));
  return texts.map((text, i) => {
    const own = row(all, i, text.ids.length * vocabulary);
    return { ...text, products: async (from, to) => own.subarray(from * vocabulary, to * vocabulary) };
  });
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
    await ran.products(from, to, () => products.subarray(from * vocabulary), signal);
  }
  return {
    model,
    ids: ran.ids.slice(0, length),
    hidden: (position) => row(hidden, position, dimensions),
    residual: (after, position) => row(residuals[after] as Float32Array, position, dimensions),
    products: async (from, to) => products.subarray(from * vocabulary, to * vocabulary),
  };
}

/** Products of a text that are computed at a time: 4 MiB. */
const productsTogether = 2 ** 20;
export const positionsTogether = (vocabulary: number): number => Math.max(1, Math.floor(productsTogether / vocabulary));

interface Batch {
  readonly from: number;
  readonly to: number;
  /** Of each text, valid until the next batch. */
  readonly products: readonly Float32Array[];
}

/**
 * The products at the first `length` positions of texts, some positions at a time. The next batch is computed while one
 * is read. The two take turns in the same arrays, since arrays of their own would leave megabytes behind.
 */
export async function* batchesOf(
  texts: readonly PredictedText[],
  length: number,
  signal: Signal | undefined,
): AsyncGenerator<Batch> {
  const vocabularies = texts.map(({ model }) => model.directions.matrix.vocabulary);
  const step = Math.max(1, Math.min(length, positionsTogether(Math.max(...vocabularies))));
  const made = new Map<number, Float32Array>();
  const roomOf = (turn: number, i: number): Float32Array => {
    const [key, numbers] = [2 * i + turn, step * (vocabularies[i] as number)];
    const room = made.get(key) ?? inMemory(4 * numbers, () => new Float32Array(numbers));
    made.set(key, room);
    return room;
  };
  const compute = async (from: number): Promise<Batch> => {
    const to = Math.min(length, from + step);
    const products: Float32Array[] = [];
    for (const [i, text] of texts.entries())
      if (from < to) products.push(await text.products(from, to, () => roomOf((from / step) % 2, i), signal));
    return { from, to, products };
  };
  let next = compute(0);
  try {
    for (let from = 0; from < length; from += step) {
      const batch = await next;
      next = compute(from + step);
      // It may fail while nobody waits for it.
      next.catch(() => undefined);
      yield batch;
    }
  } finally {
    await next.catch(() => undefined);
  }
}
