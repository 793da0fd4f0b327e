import type { Signal } from '../../shared/engine';
import { batchRows, GraphDirections } from '../directions';
import type { Model } from '../model';
import { norm, row } from '../vectors';
import type { Gpu } from './gpu';
import { shortest } from './measure';

/** Candidates of a search as an inspection asks for them. */
const count = 10;

/**
 * Moves the products with the output rows to the GPU where they can be carried back, agree with those of WASM as well as searches need it, and
 * with `measured` are faster. Says whether they were moved.
 */
export async function moveDirections(gpu: Gpu, model: Model, hidden: Float32Array, measured: boolean, signal: Signal): Promise<boolean> {
  const { directions } = model;
  const { vocabulary, dimensions } = directions.matrix;
  if (!(directions instanceof GraphDirections) || batchRows * vocabulary * 4 > gpu.mostBytes) return false;
  const length = hidden.length / dimensions;
  const expected = await directions.dots(hidden, length);
  const session = await gpu.createSession(directions.productsGraph(), signal);
  const search = async () => {
    await directions.search(hidden, length, count, directions.raw, signal);
  };
  await directions.moveTo(session);
  const found = await directions.dots(hidden, length);
  const isExact = expected.every((product, i) => Math.abs(product - (found[i] as number)) <= directions.doubt * norm(row(hidden, Math.floor(i / vocabulary), dimensions)) * (directions.sizes.of[i % vocabulary] as number));
  const back = () => Promise.resolve(directions.moveBack());
  if (isExact && !measured) return true;
  if (isExact) {
    const [here, there] = await shortest([async () => { await back(); await search(); }, async () => { await directions.moveTo(session); await search(); }], signal);
    if ((there as number) < (here as number)) return true;
  }
  await back();
  return false;
}
