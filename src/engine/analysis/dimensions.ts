import { median } from 'd3-array';
import type { Dimensions, DimensionShare, DimensionsQuestion } from '../../shared/layers';
import { dot, row, type Vector } from '../arrays/vectors';
import { largest } from '../directions/ranking';
import { checkCount, checkPosition, checkResidual } from './limits';
import type { AboutText } from './positions';

/**
 * The dimensions that carry most of a residual's square. A few far above the others are massive activations (Sun et
 * al., “Massive Activations in Large Language Models”, 2024, arXiv:2402.17762).
 */
export const dimensions: AboutText<DimensionsQuestion, Dimensions> = async (
  { model },
  { inspected },
  { position, layer, count },
  { signal },
) => {
  const { layers, dimensions: width } = model.hyperparameters;
  checkCount(count);
  checkPosition(position, inspected.length);
  checkResidual(layer, layers);
  const store = await model.trunk.run(inspected, { signal });
  const residual = row(store.residuals(layer), position, width);
  return {
    position,
    layer,
    size: Math.sqrt(dot(residual, residual)),
    median: median(residual, Math.abs) as number,
    largest: largestDimensions(residual, count),
  };
};

/** The `count` dimensions with the largest squares, the largest first, ties to the lower dimension. */
export function largestDimensions(vector: Vector, count: number): DimensionShare[] {
  const square = dot(vector, vector);
  const valueOf = (dimension: number) => vector[dimension] as number;
  return Array.from(largest((dimension) => valueOf(dimension) ** 2, vector.length, count))
    .sort((a, b) => valueOf(b) ** 2 - valueOf(a) ** 2 || a - b)
    .map((dimension) => ({ dimension, value: valueOf(dimension), share: valueOf(dimension) ** 2 / square }));
}
