import type { Signal } from '../../shared/engine';
import type { Model } from '../model';
import { pause } from '../pause';
import { probe } from '../probe';
import type { Session } from '../runtime';
import type { Trunk } from '../trunk';

/** Positions that are run: a sentence or two. */
const positions = 32;
const rounds = 3;

/** Milliseconds that a text takes on the layers where they were loaded and on other sessions, medians of runs in turn after one that counts for neither. */
export async function measureTrunks({ trunk, tokenizer, hyperparameters }: Model, sessions: readonly Session[], signal: Signal): Promise<{ wasm: number; webgpu: number }> {
  const { ids } = tokenizer.encode(probe, { plain: false });
  const length = Math.min(positions, hyperparameters.contextLength);
  const text = Array.from({ length }, (_, i) => ids[i % ids.length] as number);
  const run = async (fresh: Trunk) => {
    await fresh.run(text, { signal });
  };
  const [wasm, webgpu] = await medians([() => run(trunk.atHome()), () => run(trunk.over(sessions))], signal);
  return { wasm: wasm as number, webgpu: webgpu as number };
}

/** Milliseconds of each work, in turn. */
export async function medians(works: readonly (() => Promise<void>)[], signal: Signal): Promise<number[]> {
  const times: number[][] = works.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, work] of works.entries()) {
      await pause(signal);
      const from = performance.now();
      await work();
      if (round > 0) times[i]?.push(performance.now() - from);
    }
  }
  return times.map((all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] as number);
}
