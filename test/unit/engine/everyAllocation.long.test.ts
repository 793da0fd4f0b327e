import { rmSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { Scratch } from '../../../src/engine/kernels/layout';
import { KernelMemory } from '../../../src/engine/kernels/memory';
import { Team } from '../../../src/engine/kernels/team';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import type { MemoryLimits } from '../../../src/engine/model/memory';
import { noMemory } from '../../../src/shared/noMemory';
import { inFileOnly } from '../support/engine';
import { numbersOf } from '../support/numbersOf';
import { sampled } from '../support/sample';
import { letters, writeTinyModel } from '../support/tinyModel';

// Every allocation fails once, each in its turn. After each failure the same request works, with the bits of an engine
// that never failed. `npm test` tries each on one thread with the rows in memory, and fewer elsewhere.

const tiny = writeTinyModel({
  layers: 3,
  tokens: [...letters.slice(0, -1), ...Array.from({ length: 100 }, (_, i) => `x${i}`), '<s>'],
});
afterAll(() => rmSync(tiny.folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/**
 * Makes the allocation of this number fail, counted from 0, and those before and after it succeed. Returns how many
 * there were.
 */
function failAt(failing: number): () => number {
  let count = 0;
  const orFail = (bytes: number) => {
    if (count++ === failing) throw noMemory(bytes);
  };
  const [allocate, memory, scratch] = [KernelMemory.prototype.allocate, Team.prototype.memory, Scratch.prototype.of];
  vi.spyOn(KernelMemory.prototype, 'allocate').mockImplementation(function (this: KernelMemory, bytes) {
    orFail(bytes);
    return allocate.call(this, bytes);
  });
  vi.spyOn(Team.prototype, 'memory').mockImplementation(function (this: Team, bytes) {
    orFail(bytes);
    return memory.call(this, bytes);
  });
  // A model this small finds its scratch room large enough; a larger text would not.
  vi.spyOn(Scratch.prototype, 'of').mockImplementation(function (this: Scratch, bytes) {
    orFail(bytes);
    return scratch.call(this, bytes);
  });
  return () => count;
}

const text = 'The capital of France is That a pale fort has';
const long = `${text} ${text}`.repeat(2).slice(0, 63);
type Request = (engine: LocalEngine) => Promise<unknown>;
/** What comes before a request, and the request. */
const requests: Readonly<Record<string, readonly Request[]>> = {
  run: [async (engine) => numbersOf(await engine.run({ text }))],
  'a text that grows': [
    (engine) => engine.run({ text: 'The' }),
    async (engine) => numbersOf(await engine.run({ text: long })),
  ],
  'a whole inspection': [(engine) => engine.inspect({ text, neighbours: 5, top: 5, layers: true, centred: true })],
  neighbours: [(engine) => engine.neighbours({ id: 3, count: 5, centred: true })],
  token: [(engine) => engine.token(3)],
  lens: [(engine) => engine.run({ text }), (engine) => engine.lens({ text, first: 0, count: 4, top: 5 })],
  'a replay': [(engine) => engine.run({ text }), (engine) => engine.journey({ text, position: 4 })],
  'a walk': [(engine) => engine.lab({ name: 'between', options: { text, from: 0, to: 5, steps: 3 } })],
  'a round trip': [(engine) => engine.lab({ name: 'round-trip', options: {} })],
};

/** The answers of engines that never failed, by where the rows are and the request. Threads change no bit of them. */
const sound = new Map<string, unknown>();

describe.each<readonly [string, number, (() => MemoryLimits) | undefined, number]>([
  ['one thread', 1, undefined, sampled(12, 1)],
  ['three threads', 3, undefined, sampled(30, 1)],
  ['one thread, rows in the file', 1, inFileOnly, sampled(15, 1)],
])('on %s', (_, threads, limits, step) => {
  const loaded = async () => {
    const engine = localEngine(limits);
    await engine.load({ path: tiny.path, threads });
    return engine;
  };
  const withFresh = async <T>(work: (engine: LocalEngine) => Promise<T>): Promise<T> => {
    const engine = await loaded();
    try {
      return await work(engine);
    } finally {
      await engine.close();
    }
  };

  const once = async (name: string, work: Request): Promise<unknown> => {
    const key = `${limits ? 'in the file' : 'in memory'}, ${name}`;
    if (!sound.has(key)) sound.set(key, await withFresh(work));
    return sound.get(key);
  };

  for (const [name, calls] of Object.entries(requests)) {
    it(name, async () => {
      const [before, request] = [calls.slice(0, -1), calls.at(-1) as Request];
      const prepare = async (engine: LocalEngine) => {
        for (const call of before) await call(engine);
      };
      const expected = await once(name, async (engine) => {
        await prepare(engine);
        return request(engine);
      });
      let failed = 0;
      for (let allocation = 0; ; allocation += step) {
        const outcome = await withFresh(async (engine) => {
          await prepare(engine);
          const count = failAt(allocation);
          const result = await request(engine).then(
            () => 'done',
            (error: unknown) => error,
          );
          vi.restoreAllMocks();
          if (count() <= allocation) return 'all';
          // A text cut shorter, and then the same again.
          await engine.run({ text: 'That' });
          expect(await request(engine), `after allocation ${allocation} failed`).toEqual(expected);
          return result;
        });
        if (outcome === 'all') break;
        expect(outcome, `allocation ${allocation}`).toMatchObject({ code: 'no-memory' });
        failed++;
      }
      expect(failed).toBeGreaterThan(0);
    });
  }

  it('a load', async () => {
    const ask = requests['a whole inspection']?.[0] as Request;
    const expected = await once('a whole inspection', ask);
    const engine = localEngine(limits);
    let failed = 0;
    for (let allocation = 0; ; allocation += step) {
      const count = failAt(allocation);
      const outcome = await engine.load({ path: tiny.path, threads }).then(
        () => 'done',
        (error: unknown) => error,
      );
      vi.restoreAllMocks();
      if (count() <= allocation) break;
      expect(outcome, `allocation ${allocation}`).toMatchObject({ code: 'no-memory' });
      failed++;
    }
    expect(failed).toBeGreaterThan(0);
    await engine.load({ path: tiny.path, threads });
    expect(await ask(engine)).toEqual(expected);
    await engine.close();
  });
});
