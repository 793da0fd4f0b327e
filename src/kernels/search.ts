import { exp, greatestOf, sumOf, tanh } from './lanes';

// A search from the dot products of some queries with 16 rows of the matrix. `dots` is queries × 16, and `id` is the
// first of the 16 rows. Arrays over the vocabulary are 16 numbers longer than it.

/**
 * Bits of the metrics for which a search keeps lists of candidates. The lists lie in this order, without those not
 * requested.
 */
const byDistance = 1;
const byDot = 2;
const byCosine = 4;
const byLogit = 8;

/** A list has `capacity` pairs of score and id, the best first. */
const pair: usize = 8;

/** Sets the products of rows beyond the matrix to −∞, so they are never candidates and add nothing to a sum. */
export function blankLanes(dots: usize, queries: i32, lanes: i32): void {
  for (let q = 0; q < queries; q++) {
    for (let j = lanes; j < 16; j++) store<f32>(dots + (<usize>((q << 4) + j) << 2), -Infinity as f32);
  }
}

/** Empties `count` entries of lists. */
export function clearLists(lists: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    store<f32>(lists + <usize>i * pair, -Infinity as f32);
    store<i32>(lists + <usize>i * pair, -1, 4);
  }
}

/** Inserts a row into a list if its score exceeds the last one. Of equal scores the earlier stays ahead. */
function offer(list: usize, capacity: i32, score: f32, id: i32): void {
  let place = list + <usize>(capacity - 1) * pair;
  if (!(score > load<f32>(place))) return;
  while (place > list && load<f32>(place - pair) < score) {
    store<u64>(place, load<u64>(place - pair));
    place -= pair;
  }
  store<f32>(place, score);
  store<i32>(place, id, 4);
}

/** Offers four rows to a list. Nearly always none is good enough. */
@inline
function offerFour(scores: v128, list: usize, capacity: i32, id: i32): void {
  const least = f32x4.splat(load<f32>(list + <usize>(capacity - 1) * pair));
  const better = i32x4.bitmask(f32x4.gt(scores, least));
  if (better === 0) return;
  if (better & 1) offer(list, capacity, f32x4.extract_lane(scores, 0), id);
  if (better & 2) offer(list, capacity, f32x4.extract_lane(scores, 1), id + 1);
  if (better & 4) offer(list, capacity, f32x4.extract_lane(scores, 2), id + 2);
  if (better & 8) offer(list, capacity, f32x4.extract_lane(scores, 3), id + 3);
}

/**
 * Offers 16 rows to the lists of every query. `squares` is |w|² and `inverse` 1/|w| in the searched space, `shifts`
 * q·origin of every query. `bias` turns a product into a raw logit (0 without a bias).
 */
export function select(
  dots: usize, queries: i32, id: i32, lists: usize, capacity: i32, metrics: i32,
  squares: usize, inverse: usize, shifts: usize, bias: usize,
): void {
  // The lists of a query lie one after another, so an unknown one would shift all that follow.
  if (metrics & ~(byDistance | byDot | byCosine | byLogit)) unreachable();
  const step = <usize>capacity * pair;
  let list = lists;
  for (let q = 0; q < queries; q++) {
    const own = dots + (<usize>q << 6);
    const shift = f32x4.splat(load<f32>(shifts + (<usize>q << 2)));
    if (metrics & byDistance) {
      for (let j = 0; j < 16; j += 4) {
        const at = <usize>j << 2, product = v128.load(own + at);
        const square = v128.load(squares + (<usize>id << 2) + at);
        offerFour(f32x4.sub(f32x4.add(product, product), square), list, capacity, id + j);
      }
      list += step;
    }
    if (metrics & byDot) {
      for (let j = 0; j < 16; j += 4) offerFour(v128.load(own + (<usize>j << 2)), list, capacity, id + j);
      list += step;
    }
    if (metrics & byCosine) {
      for (let j = 0; j < 16; j += 4) {
        const at = <usize>j << 2, scale = v128.load(inverse + (<usize>id << 2) + at);
        offerFour(f32x4.mul(f32x4.sub(v128.load(own + at), shift), scale), list, capacity, id + j);
      }
      list += step;
    }
    if (metrics & byLogit) {
      for (let j = 0; j < 16; j += 4) {
        const at = <usize>j << 2, added = v128.load(bias + (<usize>id << 2) + at);
        offerFour(f32x4.add(v128.load(own + at), added), list, capacity, id + j);
      }
      list += step;
    }
  }
}

/** Raw logits of four rows, with the bias if there is one. */
@inline
function rawLogits(own: usize, at: usize, bias: usize, id: i32): v128 {
  const product = v128.load(own + at);
  return bias ? f32x4.add(product, v128.load(bias + (<usize>id << 2) + at)) : product;
}

/** Logits after the cap c: c·tanh(x/c), or x if c is 0. A row beyond the matrix stays at −∞. */
@inline
function capped(x: v128, cap: f32): v128 {
  if (cap <= 0) return x;
  const bounded = f32x4.mul(tanh(f32x4.div(x, f32x4.splat(cap))), f32x4.splat(cap));
  return v128.bitselect(bounded, x, f32x4.gt(x, f32x4.splat(-Infinity as f32)));
}

/** e^x for x ≤ 0, exactly 0 for −∞. */
@inline
function power(x: v128): v128 {
  return v128.and(exp(x), f32x4.gt(x, f32x4.splat(-Infinity as f32)));
}

/** e^x · x for a known e^x; 0 for −∞. */
@inline
function weighted(e: v128, x: v128): v128 {
  return f32x4.mul(e, f32x4.max(x, f32x4.splat(-1000)));
}

/**
 * Adds 16 rows to the softmax of every query over one block of rows: Σ e^(x−m) and Σ e^(x−m)·(x−m) in float64, m being
 * the greatest logit so far. `parts` holds 24 bytes for each query: the two sums and m as float64, −∞ before the first
 * rows.
 */
export function addToSoftmax(dots: usize, queries: i32, id: i32, parts: usize, bias: usize, cap: f32): void {
  for (let q = 0; q < queries; q++) {
    const own = dots + (<usize>q << 6), part = parts + <usize>q * 24;
    const x0 = capped(rawLogits(own, 0, bias, id), cap), x1 = capped(rawLogits(own, 16, bias, id), cap);
    const x2 = capped(rawLogits(own, 32, bias, id), cap), x3 = capped(rawLogits(own, 48, bias, id), cap);
    let sum = load<f64>(part), products = load<f64>(part, 8);
    const before = load<f64>(part, 16);
    const here = <f64>greatestOf(f32x4.max(f32x4.max(x0, x1), f32x4.max(x2, x3)));
    const greatest = max(before, here);
    if (greatest > before) {
      if (sum > 0) {
        const less = before - greatest, scale = Math.exp(less);
        products = scale * (products + sum * less);
        sum *= scale;
      }
      store<f64>(part, greatest, 16);
    }
    const m = f32x4.splat(<f32>greatest);
    const y0 = f32x4.sub(x0, m), y1 = f32x4.sub(x1, m), y2 = f32x4.sub(x2, m), y3 = f32x4.sub(x3, m);
    const e0 = power(y0), e1 = power(y1), e2 = power(y2), e3 = power(y3);
    sum += <f64>sumOf(f32x4.add(f32x4.add(e0, e1), f32x4.add(e2, e3)));
    const w01 = f32x4.add(weighted(e0, y0), weighted(e1, y1)), w23 = f32x4.add(weighted(e2, y2), weighted(e3, y3));
    products += <f64>sumOf(f32x4.add(w01, w23));
    store<f64>(part, sum);
    store<f64>(part, products, 8);
  }
}

/** Resets the softmax parts of `count` queries. */
export function clearSoftmax(parts: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const part = parts + <usize>i * 24;
    store<f64>(part, 0);
    store<f64>(part, 0, 8);
    store<f64>(part, -Infinity, 16);
  }
}

/**
 * Counts, for every query, the rows whose raw logit is above that of its target, or equal with a lower id. `own` holds
 * the target's raw logit as float32, `targets` its id, −1 if the query has none. Adds to `counts`.
 */
export function countBefore(
  dots: usize, queries: i32, id: i32, own: usize, targets: usize, counts: usize, bias: usize,
): void {
  for (let q = 0; q < queries; q++) {
    const target = load<i32>(targets + (<usize>q << 2));
    if (target < 0) continue;
    const score = load<f32>(own + (<usize>q << 2));
    const scores = f32x4.splat(score);
    let count = 0;
    for (let j = 0; j < 16; j += 4) {
      const x = rawLogits(dots + (<usize>q << 6), <usize>j << 2, bias, id);
      count += popcnt(i32x4.bitmask(f32x4.gt(x, scores)));
      let equal = i32x4.bitmask(f32x4.eq(x, scores));
      while (equal !== 0) {
        if (id + j + ctz(equal) < target) count++;
        equal &= equal - 1;
      }
    }
    store<i32>(counts + (<usize>q << 2), load<i32>(counts + (<usize>q << 2)) + count);
  }
}

/**
 * Bytes of a result of `reach`: 1 if a row surely reaches the line, the number of doubtful rows, and the ids of the
 * first ones.
 */
const found: usize = 128;
const mostDoubtful = 30;

/**
 * Checks, for every query, whether one of 16 rows reaches a line: dot − offset ≥ least + rate · slope, with the row's
 * offset and slope. `line` holds four float32 for each query: `least` and `rate` of the line that a row may reach, and
 * those of the line that it surely passes. `results` has 128 bytes for each query.
 */
export function reach(
  dots: usize, queries: i32, id: i32, offset: usize, slope: usize, line: usize, results: usize,
): void {
  for (let q = 0; q < queries; q++) {
    const result = results + <usize>q * found;
    if (load<i32>(result) !== 0) continue;
    const bounds = line + (<usize>q << 4);
    const least = f32x4.splat(load<f32>(bounds)), rate = f32x4.splat(load<f32>(bounds, 4));
    for (let j = 0; j < 16; j += 4) {
      const at = <usize>(id + j) << 2;
      const above = f32x4.sub(v128.load(dots + (<usize>((q << 4) + j) << 2)), v128.load(offset + at));
      const height = f32x4.sub(above, f32x4.mul(rate, v128.load(slope + at)));
      let perhaps = i32x4.bitmask(f32x4.ge(height, least));
      while (perhaps !== 0) {
        const lane = ctz(perhaps);
        perhaps &= perhaps - 1;
        reached(dots + (<usize>((q << 4) + j + lane) << 2), id + j + lane, offset, slope, bounds, result);
      }
    }
  }
}

function reached(dot: usize, id: i32, offset: usize, slope: usize, bounds: usize, result: usize): void {
  const at = <usize>id << 2;
  const height = load<f32>(dot) - load<f32>(offset + at) - load<f32>(bounds, 12) * load<f32>(slope + at);
  if (height > load<f32>(bounds, 8)) {
    store<i32>(result, 1);
    return;
  }
  const count = load<i32>(result, 4);
  if (count < mostDoubtful) store<i32>(result + (<usize>count << 2), id, 8);
  store<i32>(result, count + 1, 4);
}
