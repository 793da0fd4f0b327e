import type { Signal } from '../../shared/engine';
import type { Model } from '../model/model';
import { probeIds } from '../model/probe';
import { pause } from '../tasks/pause';
import type { Session } from './onnx/runtime';
import { graphsOf, SessionTrunk } from './onnx/sessionTrunk';
import { repeated } from './probeTrunks';

/** Positions to run: a sentence or two. */
const positions = 32;
/** Runs of the user in between can only make a measurement slower, so the shortest counts. */
const rounds = 5;

/**
 * Milliseconds of a text on the layers as they were loaded and on other sessions: the shortest of several alternating
 * runs after a warm-up.
 */
export async function measureTrunks(
  model: Model,
  sessions: readonly Session[],
  signal: Signal,
): Promise<{ wasm: number; webgpu: number }> {
  const { trunk, hyperparameters } = model.needRunner();
  const graphs = graphsOf(model);
  const length = Math.min(positions, hyperparameters.contextLength);
  const text = repeated(probeIds(model), length);
  const here = async () => {
    const fresh = trunk.home.fresh();
    await fresh.run(text, { signal }).finally(() => fresh.release());
  };
  const there = async () => {
    await new SessionTrunk(graphs, sessions).run(text, { signal });
  };
  const [wasm, webgpu] = await shortest([here, there], signal);
  return { wasm: wasm as number, webgpu: webgpu as number };
}

/** Shortest milliseconds of each task, run in turn. */
async function shortest(works: readonly (() => Promise<void>)[], signal: Signal): Promise<number[]> {
  const times = works.map(() => Infinity);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, work] of works.entries()) {
      await pause(signal);
      const from = performance.now();
      await work();
      if (round > 0) times[i] = Math.min(times[i] as number, performance.now() - from);
    }
  }
  return times;
}
