import { rmSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { KernelMemory } from '../../../src/engine/kernels/memory';
import { Team } from '../../../src/engine/kernels/team';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import { loadModel } from '../../../src/engine/model/load';
import type { Model } from '../../../src/engine/model/model';
import type { EngineError } from '../../../src/shared/errors';
import { inFileOnly } from '../support/engine';
import { letters, writeTinyModel } from '../support/tinyModel';

const tiny = writeTinyModel();
afterAll(() => rmSync(tiny.folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const noMemory = {
  code: 'no-memory',
  message: expect.stringMatching(
    /^[\d.]+ [MG]B of memory could not be allocated\. .* choose a smaller model\.$/,
  ) as string,
};
const refuseToGrow = () =>
  vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
    throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
  });

describe.each([1, 2])('a model on %i threads whose memory cannot grow', (threads) => {
  let model: Model;
  beforeAll(async () => void ({ model } = await loadModel({ path: tiny.path, threads }, undefined, () => undefined)));
  afterAll(() => model.release());

  const ids = (length: number) => Array.from({ length }, (_, i) => (5 * i + 2) % letters.length);
  const last = () => {
    const { layers, dimensions } = model.hyperparameters;
    return model.trunk.home.store.residuals(layers).slice(-dimensions);
  };

  it('refuses a longer text and its replay, keeps what was run, and runs the next shorter one', async () => {
    await model.trunk.run(ids(20), {});
    const kept = last();
    const grow = refuseToGrow();
    const long = ids(5000);
    await expect(model.trunk.run(long, {})).rejects.toMatchObject(noMemory);
    // The two texts begin alike, so all of the shorter one is still there.
    expect(model.trunk.home.store.length).toBe(20);
    expect(last()).toEqual(kept);
    await expect(model.trunk.home.replay(20, model.embedding.rows(ids(250)))).rejects.toMatchObject(noMemory);
    expect(last()).toEqual(kept);

    await model.trunk.run(ids(30), {});
    const shorter = last();
    grow.mockRestore();
    await model.trunk.run(long, {});
    const anew = model.trunk.home.fresh();
    const store = await anew.run(ids(30), {});
    const { layers, dimensions } = model.hyperparameters;
    expect(shorter).toEqual(store.residuals(layers).slice(-dimensions));
    anew.release();
  });

  it('refuses a search of too many queries, and does the next', async () => {
    const query = (count: number) => Array.from({ length: count }, (_, i) => model.embedding.row(i % letters.length));
    const expected = await model.directions.dots(query(3));
    const grow = refuseToGrow();
    await expect(model.directions.dots(query(100_000))).rejects.toMatchObject(noMemory);
    expect(await model.directions.dots(query(3))).toEqual(expected);
    grow.mockRestore();
  });
});

const memoryOfTeam = Object.getOwnPropertyDescriptor(Team.prototype, 'memory') as PropertyDescriptor;
afterEach(() => void Object.defineProperty(Team.prototype, 'memory', memoryOfTeam));

/** All memories that teams make from now on. No spy watches them, since it would hold what it saw. */
function watchMemories(bytesOf: (index: number, bytes: number) => number = (_, bytes) => bytes): WeakRef<object>[] {
  const made: WeakRef<object>[] = [];
  const own = memoryOfTeam.value as (bytes: number) => KernelMemory;
  const value = function (this: Team, bytes: number) {
    const memory = own.call(this, bytesOf(made.length, bytes));
    made.push(new WeakRef(memory.memory));
    return memory;
  };
  Object.defineProperty(Team.prototype, 'memory', { ...memoryOfTeam, value });
  return made;
}

/** How many of them are still held somewhere. What is let go a little later counts for nothing. */
async function held(memories: readonly WeakRef<object>[]): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let count = memories.length;
  for (let i = 0; i < 30 && count > 0; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    count = memories.filter((memory) => memory.deref() !== undefined).length;
  }
  return count;
}

describe.each([1, 3])('a load on %i threads', (threads) => {
  // The matrix has the first memory, the layers have the second.
  it.each([0, 1])('that finds no memory %i is refused, and the next one works', async (failing) => {
    const engine = localEngine();
    watchMemories((index, bytes) => (index === failing ? 2 ** 32 : bytes));
    await expect(engine.load({ path: tiny.path, threads })).rejects.toMatchObject(noMemory);
    watchMemories();
    await expect(engine.load({ path: tiny.path, threads })).resolves.toMatchObject({ threads });
    await engine.close();
  });

  it.each<readonly [string, () => LocalEngine]>([
    ['memory', () => localEngine()],
    ['file', () => localEngine(inFileOnly)],
  ])('takes memories that nothing holds after an unload (matrix in the %s)', async (_, makeEngine) => {
    const engine = makeEngine();
    const made = watchMemories();
    await engine.load({ path: tiny.path, threads });
    await engine.run({ text: 'The' });
    expect(made.map((memory) => memory.deref() !== undefined)).toEqual([true, true]);
    await engine.close();
    expect(await held(made)).toBe(0);
  });

  it('takes none that is held when the load was cancelled', async () => {
    const engine = localEngine();
    const made = watchMemories();
    const cancelled = async () => {
      const abort = new AbortController();
      const load = engine.load(
        { path: tiny.path, threads },
        {
          signal: abort.signal,
          onProgress: ({ stage, fraction }) => stage === 'layers' && fraction > 0.5 && abort.abort(),
        },
      );
      return load.then(
        () => 'loaded',
        (error: unknown) => (error as EngineError).code,
      );
    };
    expect(await cancelled()).toBe('cancelled');
    await engine.close();
    expect(made.length).toBe(2);
    expect(await held(made)).toBe(0);
  });
});
