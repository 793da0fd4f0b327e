import type { Signal } from '../../shared/engine';
import type { Model } from '../model';
import { pause } from '../pause';
import { probe } from '../probe';
import type { Session } from '../runtime';
import type { Trunk } from '../trunk';
import { repeated } from './probeTrunks';

/** Positions that are run: a sentence or two. */
const positions = 32;
/** A person's own runs may come between, which can only make one slower. */
const rounds = 5;

/** Milliseconds that a text takes on the layers where they were loaded and on other sessions, the shortest of runs in turn after one that counts for neither. */
export async function measureTrunks({ trunk, tokenizer, hyperparameters }: Model, sessions: readonly Session[], signal: Signal): Promise<{ wasm: number; webgpu: number }> {
  const { ids } = tokenizer.encode(probe, { plain: false });
  const length = Math.min(positions, hyperparameters.contextLength);
  const text = repeated(Array.from(ids), length);
  const run = async (fresh: Trunk) => {
    await fresh.run(text, { signal });
  };
  const [wasm, webgpu] = await shortest([() => run(trunk.atHome()), () => run(trunk.over(sessions))], signal);
  return { wasm: wasm as number, webgpu: webgpu as number };
}

/** Milliseconds of each work, in turn. */
export async function shortest(works: readonly (() => Promise<void>)[], signal: Signal): Promise<number[]> {
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
