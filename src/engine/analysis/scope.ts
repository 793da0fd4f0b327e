import type { Signal } from '../../shared/engine';
import type { Scope, ScopeRequest } from '../../shared/layers';
import { byMetric } from '../../shared/metrics';
import { dot, row, type Vector } from '../arrays/vectors';
import { RowRanking } from '../directions/ranking';
import { inSpace } from '../directions/space';
import type { Model } from '../model/model';
import { checkCount, checkPosition, checkResidual } from './limits';
import { describer } from './neighbours';
import type { AboutText, Position } from './positions';
import { measureText } from './run';

/** The final norm of a residual. */
export const residualVector: AboutText<{ readonly position: number; readonly layer: number }, Vector> = async (
  loaded,
  { inspected },
  { position, layer },
  control,
) => {
  const { model } = loaded;
  // Of a model that a server runs only h is known: the residual after its 0 layers here, after the final norm.
  const layers = model.served ? 0 : model.hyperparameters.layers;
  const { length } = inspected;
  checkPosition(position, length);
  checkResidual(layer, layers);
  const { positions } = await measureText(loaded, inspected, control);
  if (layer === layers) return (positions[position] as Position).hidden;
  const { dimensions } = model.embedding;
  const trunk = await model.trunk.run(inspected, { signal: control.signal });
  return Float32Array.from(model.finalNorm(row(trunk.residuals(layer), position, dimensions)));
};

/**
 * The whole vocabulary around an axis: products and sizes, from which angles, heights and distances follow. Neither a
 * residual's final norm nor, with two matrices, an input vector is a row of the matrix, so the mean row is subtracted
 * from the rows only. A vector of an expression comes with that done, and with the rows that it is compared with.
 */
export async function scope(
  model: Model,
  vector: Vector,
  { axis, centred, count }: ScopeRequest,
  signal?: Signal,
  directions = model.directions,
): Promise<Scope> {
  checkCount(count);
  const space = centred ? await directions.centred() : directions.raw;
  const query = axis.kind === 'token' && (model.tied || axis.side !== 'input') ? inSpace(vector, space) : vector;
  const [products] = (await directions.products([query], signal)) as [Vector];
  const comparison = new RowRanking(directions, space, query, products);
  const describe = describer(model, comparison);
  const nearest = byMetric((metric) =>
    comparison.best(metric, Math.min(count, model.vocabulary.length)).map(({ id }) => describe(id)),
  );
  const shift = space.origin ? dot(query, space.origin) : 0;
  return {
    centred,
    size: comparison.size,
    dots:
      shift === 0 && products instanceof Float32Array
        ? products
        : Float32Array.from(products, (product) => product - shift),
    sizes: space.origin ? space.squares.map((square) => Math.sqrt(square)) : Float32Array.from(directions.sizes.of),
    nearest,
  };
}
