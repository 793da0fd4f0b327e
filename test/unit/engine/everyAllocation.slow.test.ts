import { rmSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { Scratch } from '../../../src/engine/kernels/layout';
import { KernelMemory } from '../../../src/engine/kernels/memory';
import { Team } from '../../../src/engine/kernels/team';
import { LocalEngine } from '../../../src/engine/localEngine';
import type { MemoryLimits } from '../../../src/engine/model/memory';
import { SessionStore } from '../../../src/engine/trunk/sessionStore';
import { noMemory } from '../../../src/shared/noMemory';
import { inFileOnly } from '../support/engine';
import { letters, writeTinyModel } from '../support/tinyModel';

// Every allocation fails once, each in its turn. After each failure the same request works, with the bits of an engine
// that never failed.

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
  run: [(engine) => engine.run({ text })],
  'a text that grows': [(engine) => engine.run({ text: 'The' }), (engine) => engine.run({ text: long })],
  'a whole inspection': [(engine) => engine.inspect({ text, neighbours: 5, top: 5, layers: true, centred: true })],
  neighbours: [(engine) => engine.neighbours({ id: 3, count: 5, centred: true })],
  token: [(engine) => engine.token(3)],
  lens: [(engine) => engine.run({ text }), (engine) => engine.lens({ text, first: 0, count: 4, top: 5 })],
  'a replay': [(engine) => engine.run({ text }), (engine) => engine.journey({ text, position: 4 })],
  'a walk': [(engine) => engine.lab({ name: 'between', options: { text, from: 0, to: 5, steps: 3 } })],
  'a round trip': [(engine) => engine.lab({ name: 'round-trip', options: {} })],
};

describe.each<readonly [string, number, (() => MemoryLimits) | undefined]>([
  ['one thread', 1, undefined],
  ['three threads', 3, undefined],
  ['one thread, rows in the file', 1, inFileOnly],
])('on %s', (_, threads, limits) => {
  const loaded = async () => {
    const engine = new LocalEngine(limits);
    await engine.load({ path: tiny.path, threads });
    return engine;
  };
  const without = async <T>(work: (engine: LocalEngine) => Promise<T>): Promise<T> => {
    const engine = await loaded();
    return work(engine).finally(() => engine.close());
  };

  // With the rows in memory a request allocates on one thread as on three; with rows in the file it has its own turn.
  const asked = threads === 1 && !limits ? {} : requests;
  for (const [name, steps] of Object.entries(asked)) {
    it(name, async () => {
      const [before, request] = [steps.slice(0, -1), steps.at(-1) as Request];
      const prepare = async (engine: LocalEngine) => {
        for (const step of before) await step(engine);
      };
      const expected = await without(async (engine) => {
        await prepare(engine);
        return request(engine);
      });
      let failed = 0;
      for (let allocation = 0; ; allocation++) {
        const outcome = await without(async (engine) => {
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
    const expected = await without(ask);
    const engine = new LocalEngine(limits);
    let failed = 0;
    for (let allocation = 0; ; allocation++) {
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
    expect(failed).toBeGreaterThan(5);
    await engine.load({ path: tiny.path, threads });
    expect(await ask(engine)).toEqual(expected);
    await engine.close();
  });
});

describe('a session’s store', () => {
  const model = {
    layers: 2,
    dimensions: 8,
    heads: 2,
    keyValueHeads: 1,
    headSize: 4,
    feedForward: 8,
    contextLength: 1000,
    epsilon: 1e-5,
    attention: [],
  };
  const row = (value: number) => new Float32Array(8).fill(value);

  afterEach(() => vi.unstubAllGlobals());

  it('is as it was when any of its arrays cannot be made, and grows once they can', () => {
    for (let failing = 0; failing < 11; failing++) {
      const store = new SessionStore(model);
      store.reserve(2);
      const slice = store.slice(0, [5, 6]);
      slice.residual(0, Float32Array.of(...row(1), ...row(2)));
      slice.commit();
      let made = 0;
      const refusing = <T extends Float32ArrayConstructor | Float64ArrayConstructor>(own: T) =>
        new Proxy(own, {
          construct(target, args: [number]) {
            if (made++ === failing) throw new RangeError('Array buffer allocation failed');
            return new target(...args);
          },
        });
      vi.stubGlobal('Float32Array', refusing(Float32Array));
      vi.stubGlobal('Float64Array', refusing(Float64Array));
      expect(() => store.reserve(500)).toThrow(
        expect.objectContaining({
          code: 'no-memory',
          message: expect.stringMatching(/^1 MB of memory were asked for/) as string,
        }),
      );
      vi.unstubAllGlobals();
      expect([store.length, ...store.residuals(0)]).toEqual([2, ...row(1), ...row(2)]);
      store.reserve(500);
      const grown = store.slice(
        2,
        Array.from({ length: 498 }, (_, i) => i),
      );
      grown.residual(0, new Float32Array(498 * 8).fill(3));
      grown.commit();
      expect(Array.from(store.residuals(0).subarray(8, 24))).toEqual([...row(2), ...row(3)]);
    }
  });
});
