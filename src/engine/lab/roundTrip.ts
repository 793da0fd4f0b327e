import type { RoundTripOptions, RoundTripResult } from '../../shared/lab';
import { byMetric, type ByMetric, type Metric } from '../../shared/tokens';
import { batchRows, inSpace, type Products, type Space } from '../directions';
import type { Model } from '../model';
import { pause } from '../pause';
import { better, compare, rowIn } from '../ranking';
import { dot, norm, type Vector } from '../vectors';
import { checkWhole, entry, type EstimatingControl } from './lab';
import { everywhere, spread } from './samples';

const examplesShown = 20;
/** Room for the error of a float32 product of two vectors, as a share of the product of their sizes. */
const doubt = 2e-5;

/** How many tokens, embedded and unembedded with nothing between, do not come back as themselves. */
export async function roundTrip(model: Model, { sample = model.vocabulary.length }: RoundTripOptions, { signal, estimate }: EstimatingControl<RoundTripResult>): Promise<RoundTripResult> {
  const vocabulary = model.vocabulary.length;
  checkWhole('sample', sample, 1, vocabulary);
  const ids = everywhere(spread(vocabulary, sample));
  const { directions } = model;
  const { matrix, raw } = directions;
  const centred = await directions.centred();
  const rulers = { raw: rulersOf(model, raw), centred: rulersOf(model, centred) };

  const misses = { raw: none(), centred: none(), normed: none() };
  const lost: number[] = [];
  const result = (tried: number): Omit<RoundTripResult, 'examples'> => ({ vocabulary, tried, misses: { raw: { ...misses.raw }, centred: { ...misses.centred }, normed: { ...misses.normed } } });
  const count = (into: Record<Metric, number>, missed: ByMetric<boolean>) => {
    for (const metric of ['euclidean', 'cosine', 'dot'] as const) if (missed[metric]) into[metric]++;
  };
  for (let begin = 0; begin < ids.length; begin += batchRows) {
    const batch = ids.slice(begin, begin + batchRows);
    const rows = batch.map((id) => Float32Array.from(matrix.row(id)));
    const own = await directions.products(joined(rows), batch.length);
    batch.forEach((id, i) => {
      const row = rows[i] as Float32Array;
      const missed = missesOf(model, raw, rulers.raw, id, row, own.of(i));
      if (missed.dot && lost.length < examplesShown) lost.push(id);
      count(misses.raw, missed);
      // Distances are those between the same rows, wherever the origin lies.
      count(misses.centred, { ...missesOf(model, centred, rulers.centred, id, row, own.of(i), ['cosine', 'dot']), euclidean: missed.euclidean });
    });
    const normed = rows.map((row) => Float32Array.from(model.finalNorm(row)));
    const unembedded = await directions.products(joined(normed), batch.length);
    batch.forEach((id, i) => count(misses.normed, missesOf(model, raw, rulers.raw, id, normed[i] as Float32Array, unembedded.of(i))));
    const tried = begin + batch.length;
    estimate(tried / ids.length, { ...result(tried), examples: [] });
    await pause(signal);
  }
  const examples = lost.length > 0 ? await directions.search(model.embedding.rows(lost), 0, 1, raw, signal) : [];
  return {
    ...result(ids.length),
    examples: lost.map((id, i) => {
      const query = matrix.row(id);
      const [winner] = Array.from(examples[i]?.candidates.dot ?? [], (other) => ({ id: other, value: dot(query, matrix.row(other)) })).sort((a, b) => better('dot', a, b));
      return { id, text: model.tokenizer.textOf(id), becomes: entry(model, winner?.id ?? id, winner?.value ?? 0) };
    }),
  };
}

const none = (): Record<Metric, number> => ({ euclidean: 0, cosine: 0, dot: 0 });

function joined(rows: readonly Float32Array[]): Float32Array {
  const width = rows[0]?.length ?? 0;
  const all = new Float32Array(rows.length * width);
  rows.forEach((row, i) => all.set(row, i * width));
  return all;
}

/** A metric as (q·w − offset_w − shift) · gain_w, larger where nearer; the query's own part, the same for all rows, is left out. */
interface Ruler {
  readonly offset: Float32Array;
  readonly gain: Float32Array;
}

function rulersOf(model: Model, space: Space): ByMetric<Ruler> {
  const { vocabulary } = model.directions.matrix;
  const zeros = new Float32Array(vocabulary);
  const ones = new Float32Array(vocabulary).fill(1);
  const toOrigin = space.origin ? productsWith(model, space.origin) : zeros;
  return {
    // |q − w|² = |q|² − 2 (q·w − |w|² / 2)
    euclidean: { offset: model.directions.raw.squares.map((square) => square / 2), gain: ones },
    dot: { offset: toOrigin, gain: ones },
    cosine: { offset: toOrigin, gain: space.inverse },
  };
}

/** w·v of every row, summed in float64. */
function productsWith(model: Model, vector: Vector): Float32Array {
  const { matrix } = model.directions;
  const products = new Float32Array(matrix.vocabulary);
  for (const { first, rows } of matrix.blocks()) {
    for (let i = 0, at = 0; at < rows.length; i++, at += matrix.dimensions) products[first + i] = dot(rows.subarray(at, at + matrix.dimensions), vector);
  }
  return products;
}

/** Whether another row is nearer to the query than the row `id` is, by each metric. `query` is raw, its products are with the raw rows. */
function missesOf(model: Model, space: Space, rulers: ByMetric<Ruler>, id: number, query: Float32Array, products: ReturnType<Products['of']>, asked: readonly Metric[] = ['euclidean', 'cosine', 'dot']): ByMetric<boolean> {
  const { directions } = model;
  const placed = inSpace(query, space);
  const querySize = norm(placed);
  const target = rowIn(directions, space, id);
  const shift = space.origin ? dot(query, space.origin) - dot(space.origin, space.origin) : 0;
  const longest = directions.sizes.largest + (space.origin ? directions.sizes.meanRowSize : 0);
  const value = (metric: Metric, other: number) => {
    const { row, size } = other === id ? target : rowIn(directions, space, other);
    return compare(metric, placed, querySize, row, size);
  };
  return byMetric((metric) => {
    if (!asked.includes(metric)) return false;
    const { offset, gain } = rulers[metric];
    const moved = metric === 'cosine' ? shift : 0;
    const own = value(metric, id);
    // The same score for the row itself, from exact numbers.
    const score = metric === 'euclidean' ? dot(query, directions.matrix.row(id)) - (directions.sizes.of[id] as number) ** 2 / 2 : metric === 'dot' ? own + (space.origin ? shift : 0) : own * querySize;
    const room = doubt * norm(query) * (metric === 'cosine' ? 1 : longest) + (metric === 'euclidean' ? doubt * longest * longest : space.origin ? doubt * longest : 0);
    return somethingBefore(products, offset, gain, moved, score, room, id, (other) => better(metric, { id: other, value: value(metric, other) }, { id, value: own }) < 0);
  });
}

/** Whether a row scores surely more, or doubtfully so and in truth. */
function somethingBefore(products: ReturnType<Products['of']>, offset: Float32Array, gain: Float32Array, shift: number, own: number, room: number, id: number, isBefore: (other: number) => boolean): boolean {
  const surely = own + room;
  const perhaps = own - room;
  const doubtful: number[] = [];
  for (const { start, dots } of products) {
    for (let j = 0; j < dots.length; j++) {
      const score = ((dots[j] as number) - (offset[start + j] as number) - shift) * (gain[start + j] as number);
      if (score < perhaps) continue;
      if (score > surely) return true;
      doubtful.push(start + j);
    }
  }
  return doubtful.some((other) => other !== id && isBefore(other));
}
