import type { Signal } from '../../shared/engine';
import { batchRows, GraphDirections } from '../directions';
import type { Model } from '../model';
import type { Session } from '../runtime';
import { norm, row } from '../vectors';
import { GpuError, type Gpu } from './gpu';
import { shortest } from './measure';

/** Candidates of a search as an inspection asks for them. */
const count = 10;

/**
 * Moves the products with the output rows to the GPU where it can hold them and they can be carried back, agree with those of WASM as well as
 * searches need it, and with `measured` are faster. Until then nobody else's searches go there. Says whether they were moved.
 */
export async function moveDirections(gpu: Gpu, model: Model, hidden: Float32Array, measured: boolean, signal: Signal): Promise<boolean> {
  const { directions } = model;
  if (!(directions instanceof GraphDirections) || batchRows * directions.matrix.vocabulary * 4 > gpu.mostBytes) return false;
  const session = await sessionOrNull(gpu, directions, signal);
  if (!session) return false;
  const away = await directions.over(session);
  if (!(await areExact(directions, away, hidden)) || (measured && !(await isFaster(directions, away, hidden, signal)))) {
    await session.release();
    return false;
  }
  await directions.moveTo(session);
  return true;
}

/** null where the GPU works on and has no room for the rows, or no kernel. */
async function sessionOrNull(gpu: Gpu, directions: GraphDirections, signal: Signal): Promise<Session | null> {
  try {
    return await gpu.createSession(directions.productsGraph(), signal);
  } catch (error) {
    gpu.checkThere();
    if (error instanceof GpuError) return null;
    throw error;
  }
}

/** By as many rows as go together, by one, and by some, since a GPU may choose another kernel for each. */
async function areExact(here: GraphDirections, there: GraphDirections, hidden: Float32Array): Promise<boolean> {
  const { vocabulary, dimensions } = here.matrix;
  const most = hidden.length / dimensions;
  for (const rows of new Set([most, 1, Math.min(3, most)])) {
    const queries = hidden.subarray(0, rows * dimensions);
    const [expected, found] = [await here.dots(queries, rows), await there.dots(queries, rows)];
    if (!expected.every((product, i) => Math.abs(product - (found[i] as number)) <= here.doubt * norm(row(queries, Math.floor(i / vocabulary), dimensions)) * (here.sizes.of[i % vocabulary] as number))) return false;
  }
  return true;
}

async function isFaster(here: GraphDirections, there: GraphDirections, hidden: Float32Array, signal: Signal): Promise<boolean> {
  const search = (directions: GraphDirections) => async () => {
    await directions.search(hidden, hidden.length / directions.matrix.dimensions, count, directions.raw, signal);
  };
  const [wasm, webgpu] = await shortest([search(here), search(there)], signal);
  return (webgpu as number) < (wasm as number);
}
