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
const allMetrics: readonly Metric[] = ['euclidean', 'cosine', 'dot'];

/** How many tokens, embedded and unembedded with nothing between, do not come back as themselves. */
export async function roundTrip(model: Model, { sample = model.vocabulary.length }: RoundTripOptions, { signal, tell, estimate }: EstimatingControl<RoundTripResult>): Promise<RoundTripResult> {
  const vocabulary = model.vocabulary.length;
  checkWhole('sample', sample, 1, vocabulary);
  const ids = everywhere(spread(vocabulary, sample));
  const { directions } = model;
  const { matrix, raw } = directions;
  const centred = await directions.centred();
  const rulers = { raw: rulersOf(model, raw), centred: rulersOf(model, centred) };
  const { embedding } = model;

  const misses = { raw: none(), centred: none(), normed: none() };
  const tried = { plain: 0, normed: 0 };
  const lost: number[] = [];
  const result = (): Omit<RoundTripResult, 'examples'> => ({
    vocabulary,
    tried: tried.plain,
    ...(model.norm && tried.normed < tried.plain && { triedNormed: tried.normed }),
    misses: { raw: { ...misses.raw }, centred: { ...misses.centred }, ...(model.norm && { normed: { ...misses.normed } }) },
  });
  const count = (into: Record<Metric, number>, missed: ByMetric<boolean>) => {
    for (const metric of allMetrics) if (missed[metric]) into[metric]++;
  };
  const tryBatch: Record<Step['way'], (batch: readonly number[]) => Promise<void>> = {
    async plain(batch) {
      const products = await directions.products(embedding.rows(batch), batch.length, 0, signal);
      batch.forEach((id, i) => {
        const row = embedding.row(id);
        const compared = (space: Space, by: ByMetric<Ruler>, asked: readonly Metric[]) => missesOf(model, space, by, id, row, products.of(i), asked);
        const missed = compared(raw, rulers.raw, ['cosine', 'dot']);
        if (missed.dot && lost.length < examplesShown) lost.push(id);
        // A row of the matrix at the distance 0 is the same row, so it has the same cosine too: whoever comes back by cosine comes back by distance.
        const { euclidean } = missed.cosine || !model.tied ? compared(raw, rulers.raw, ['euclidean']) : missed;
        count(misses.raw, { ...missed, euclidean });
        // Distances between rows of one matrix are the same wherever the origin lies.
        count(misses.centred, model.tied ? { ...compared(centred, rulers.centred, ['cosine', 'dot']), euclidean } : compared(centred, rulers.centred, allMetrics));
      });
    },
    async normed(batch) {
      const queries = batch.map((id) => Float32Array.from(model.finalNorm(embedding.row(id))));
      const products = await directions.products(joined(queries), batch.length, 0, signal);
      batch.forEach((id, i) => count(misses.normed, missesOf(model, raw, rulers.raw, id, queries[i] as Float32Array, products.of(i), allMetrics)));
    },
  };
  const steps = plan(Math.ceil(ids.length / batchRows)).filter(({ way }) => way === 'plain' || model.norm !== null);
  for (const [done, { way, batch }] of steps.entries()) {
    const tokens = ids.slice(batch * batchRows, (batch + 1) * batchRows);
    await tryBatch[way](tokens);
    tried[way] += tokens.length;
    if (tried.normed > 0 || !model.norm) estimate((done + 1) / steps.length, { ...result(), examples: [] });
    else tell((done + 1) / steps.length);
    await pause(signal);
  }
  const examples = lost.length > 0 ? await directions.search(model.embedding.rows(lost), 0, 1, raw, signal) : [];
  return {
    ...result(),
    examples: lost.map((id, i) => {
      const query = embedding.row(id);
      const [winner] = Array.from(examples[i]?.candidates.dot ?? [], (other) => ({ id: other, value: dot(query, matrix.row(other)) })).sort((a, b) => better('dot', a, b));
      return { id, text: model.tokenizer.textOf(id), becomes: entry(model, winner?.id ?? id, winner?.value ?? 0) };
    }),
  };
}

/** Batches with which an estimate begins: 2,048 tokens. */
const sketched = 32;
/** Of so many of them, one goes through the final norm at once. */
const normedShare = 8;

interface Step {
  readonly way: 'plain' | 'normed';
  readonly batch: number;
}

/**
 * Every batch plain and through the final norm, a product each. The first ones go plain ahead, so that an estimate from 2,000 tokens is
 * there in nearly half the time.
 */
function plan(batches: number): Step[] {
  const all = Array.from({ length: batches }, (_, batch) => batch);
  const first = all.slice(0, sketched);
  const both = (batch: number): Step[] => [{ way: 'plain', batch }, { way: 'normed', batch }];
  return [
    ...first.flatMap((batch) => (batch % normedShare === 0 ? both(batch) : [{ way: 'plain' as const, batch }])),
    ...first.filter((batch) => batch % normedShare !== 0).map((batch) => ({ way: 'normed' as const, batch })),
    ...all.slice(sketched).flatMap(both),
  ];
}

const none = (): Record<Metric, number> => ({ euclidean: 0, cosine: 0, dot: 0 });

function joined(rows: readonly Float32Array[]): Float32Array {
  const width = rows[0]?.length ?? 0;
  const all = new Float32Array(rows.length * width);
  rows.forEach((row, i) => all.set(row, i * width));
  return all;
}

/**
 * A row w is at least as near as some score where q·w ≥ offset_w + least + rate · slope_w: one form for all metrics, in which `least` and
 * `rate` say the score.
 */
interface Ruler {
  readonly offset: Float32Array;
  readonly slope: Float32Array;
}

function rulersOf(model: Model, space: Space): ByMetric<Ruler> {
  const { vocabulary } = model.directions.matrix;
  const zeros = new Float32Array(vocabulary);
  const toOrigin = space.origin && model.tied ? productsWith(model, space.origin) : zeros;
  return {
    // |q − w|² = |q|² − 2 (q·w − |w|² / 2)
    euclidean: { offset: space.squares.map((square) => square / 2), slope: zeros },
    dot: { offset: toOrigin, slope: zeros },
    cosine: { offset: toOrigin, slope: space.squares.map((square) => Math.sqrt(square)) },
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

type Pieces = ReturnType<Products['of']>;

/** Whether another row is nearer to the query than the row `id` is, by the metrics asked for. `query` is raw, its products are with the raw rows. */
function missesOf(model: Model, space: Space, rulers: ByMetric<Ruler>, id: number, query: Float32Array, products: Pieces, asked: readonly Metric[]): ByMetric<boolean> {
  const { directions } = model;
  // An input vector is a row of the matrix, from which its mean comes off too, in a model with one matrix only.
  const placed = model.tied ? inSpace(query, space) : query;
  const querySize = norm(placed);
  const target = rowIn(directions, space, id);
  const shift = space.origin ? dot(query, space.origin) - (model.tied ? dot(space.origin, space.origin) : 0) : 0;
  const longest = directions.sizes.largest + (space.origin ? directions.sizes.meanRowSize : 0);
  const value = (metric: Metric, other: number) => {
    const { row, size } = other === id ? target : rowIn(directions, space, other);
    return compare(metric, placed, querySize, row, size);
  };
  return byMetric((metric) => {
    if (!asked.includes(metric)) return false;
    const own = value(metric, id);
    const room = doubt * norm(query) * (metric === 'cosine' ? 1 : longest) + (metric === 'euclidean' ? doubt * longest * longest : space.origin ? doubt * longest : 0);
    // The same score for the row itself, from exact numbers.
    const score = metric === 'euclidean' ? dot(placed, target.row) - target.size ** 2 / 2 + shift : metric === 'dot' ? own + shift : own * querySize;
    const reached = (by: number): Line => (metric === 'cosine' ? { least: shift, rate: score + by } : { least: score + by, rate: 0 });
    return somethingBefore(products, rulers[metric], reached(-room), reached(room), id, (other) => better(metric, { id: other, value: value(metric, other) }, { id, value: own }) < 0);
  });
}

/** What a row must reach: see Ruler. */
interface Line {
  readonly least: number;
  readonly rate: number;
}

/** Whether a row scores surely more, or perhaps so and in truth. */
function somethingBefore(products: Pieces, { offset, slope }: Ruler, perhaps: Line, surely: Line, id: number, isBefore: (other: number) => boolean): boolean {
  const doubtful: number[] = [];
  for (const { start, dots } of products) {
    const [offsets, slopes] = [offset.subarray(start, start + dots.length), slope.subarray(start, start + dots.length)];
    for (let j = firstReaching(dots, offsets, slopes, perhaps, 0); j < dots.length; j = firstReaching(dots, offsets, slopes, perhaps, j + 1)) {
      if (height(dots, offsets, slopes, surely.rate, j) > surely.least) return true;
      doubtful.push(start + j);
    }
  }
  return doubtful.some((other) => other !== id && isBefore(other));
}

/** Index of the first row from `from` on that reaches a line; the number of rows where none does. Four at a time: nearly all lie far below. */
function firstReaching(dots: Float32Array, offset: Float32Array, slope: Float32Array, { least, rate }: Line, from: number): number {
  const reaches = (j: number) => height(dots, offset, slope, rate, j) >= least;
  let j = from;
  for (const last = dots.length - 3; j < last; j += 4) if (reaches(j) || reaches(j + 1) || reaches(j + 2) || reaches(j + 3)) break;
  while (j < dots.length && !reaches(j)) j++;
  return j;
}

const height = (dots: Float32Array, offset: Float32Array, slope: Float32Array, rate: number, j: number): number => (dots[j] as number) - (offset[j] as number) - rate * (slope[j] as number);
