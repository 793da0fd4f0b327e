import { figures } from '../../shared/said';
import { norm, type Vector } from '../arrays/vectors';
import { wrongField } from '../weights/damaged';

// Searches multiply in float32, whose numbers lie between 1e-38 and 3e38: squares of sizes and products of two
// vectors have to fit.

/** Sizes that the largest row of a matrix may have. Its square is as far from both ends as float32 is exact. */
const largest = { least: 1e-15, most: 1e15 };
/**
 * No product of a query with a row, nor any part of it, is larger than the product of their sizes (Cauchy–Schwarz).
 */
const largestProduct = 1e37;
/** Squares of smaller vectors vanish in float32, beside each other too. */
const smallest = 1e-15;

/**
 * Throws `EngineError('model-damaged')` where the rows of a matrix are too large or too small to be searched. A matrix
 * of zeros is left to the self-check.
 */
export function checkRows(name: string, size: number): void {
  if (size === 0 || (size >= largest.least && size <= largest.most)) return;
  throw wrongField(`${name} (max ‖row‖)`, figures(size.toPrecision(2)), `${largest.least}…${largest.most}`);
}

/**
 * Throws `EngineError('model-damaged')` where products of a query with rows no larger than `size` may leave float32, or
 * the query is not finite.
 */
export function checkQuery(query: Vector, size: number): void {
  const own = norm(query);
  if (own * size <= largestProduct) return;
  throw wrongField('‖vector‖ · max ‖row‖', figures((own * size).toPrecision(2)), `≤ ${largestProduct}`);
}

/**
 * The power of two that brings a query to a size of about 1, if its products with rows or its square would vanish in
 * float32; else 1. It changes no digit.
 */
export function lengthening(query: Vector): number {
  const size = norm(query);
  return size > 0 && size < smallest ? 2 ** -Math.floor(Math.log2(size)) : 1;
}
