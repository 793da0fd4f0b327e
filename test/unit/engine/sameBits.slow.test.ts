import fc from 'fast-check';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import { loadModel } from '../../../src/engine/model/load';
import type { Model } from '../../../src/engine/model/model';
import { sliceLength } from '../../../src/engine/trunk/kernelTrunk';
import type { TrunkStore } from '../../../src/engine/trunk/trunk';
import { bitsOf, Dice } from '../kernels/support';
import { numbersOf } from '../support/numbersOf';
import { sampled } from '../support/sample';
import { writeTinyModel } from '../support/tinyModel';
import { writeFirstLayers } from '../support/writeFirstLayers';

// What a model says does not depend on how the work is shared among threads, nor on how a text came to be.

const text =
  'The capital of France is Paris, where the river Seine flows past the cathedral of Notre-Dame and under thirty-seven bridges within the city.';

/** What an engine says of a text, and of a token. */
const ofText = async (engine: LocalEngine) => ({
  run: numbersOf(await engine.run({ text })),
  lens: await engine.lens({ text, first: 1, count: 1, top: 5 }),
});
async function answers(engine: LocalEngine) {
  return {
    ...(await ofText(engine)),
    journey: await engine.journey({ text, position: 9 }),
    neighbours: await Promise.all([false, true].map((centred) => engine.neighbours({ id: 7042, count: 10, centred }))),
    token: await engine.token(7042),
  };
}

describe('the default model’s first layers', () => {
  const file = writeFirstLayers(2);
  afterAll(() => file.remove());
  const on = async (threads: number) => {
    const engine = localEngine();
    const info = await engine.load({ path: file.path, threads });
    expect(info.threads).toBe(threads);
    return engine;
  };
  let expected: Awaited<ReturnType<typeof answers>>;
  beforeAll(async () => {
    const engine = await on(1);
    expected = await answers(engine);
    await engine.close();
  });

  // `toEqual` tells 0 from −0, and two floats that are equal have the same bits.
  it.each(sampled([3], [1, 2, 3, 8]))(
    'say the same to the bit on %i threads, and when they are asked again',
    async (threads) => {
      const engine = await on(threads);
      expect(await answers(engine)).toEqual(expected);
      // Another text in between, so that nothing is kept.
      await engine.run({ text: 'Something else' });
      expect(await ofText(engine)).toEqual({ run: expected.run, lens: expected.lens });
      await engine.close();
    },
  );
});

describe.each([1, 3])('a text on %i threads', (threads) => {
  const tiny = writeTinyModel({ layers: 3 });
  let model: Model;
  beforeAll(async () => void ({ model } = await loadModel({ path: tiny.path, threads }, undefined, () => undefined)));
  afterAll(async () => {
    await model.release();
    rmSync(tiny.folder, { recursive: true });
  });

  const bits = (store: TrunkStore) => {
    const { layers } = model.hyperparameters;
    const parts = Array.from({ length: layers }, (_, layer) => [
      store.attentionSize(layer),
      store.feedForwardSize(layer),
    ]).flat();
    return Buffer.concat(
      [...Array.from({ length: layers + 1 }, (_, layer) => store.residuals(layer)), ...parts].map(bitsOf),
    );
  };
  const anew = async (work: (trunk: ReturnType<typeof model.trunk.home.fresh>) => Promise<Buffer>) => {
    const trunk = model.trunk.home.fresh();
    return work(trunk).finally(() => trunk.release());
  };
  const idsOf = (length: number, seed: number) => {
    const dice = new Dice(seed);
    return Array.from({ length }, () => dice.below(model.vocabulary.length));
  };

  it('has the same residuals whole and grown, whatever the pieces, and after its end was changed', async () => {
    const lengths = fc.array(
      fc.oneof(
        fc.constantFrom(1, 2, 15, 16, 17, 31, 32, 33, 129, sliceLength - 1, sliceLength, sliceLength + 1),
        fc.integer({ min: 1, max: 60 }),
      ),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(lengths, fc.nat(30), fc.integer(), async (pieces, back, seed) => {
        const ids = idsOf(
          pieces.reduce((sum, piece) => sum + piece, 0),
          seed,
        );
        const whole = await anew(async (trunk) => bits(await trunk.run(ids, {})));
        const grown = await anew(async (trunk) => {
          let end = 0;
          for (const piece of pieces) {
            end += piece;
            await trunk.run(ids.slice(0, end), {});
            // Another end of the text is run and taken back.
            await trunk.run([...ids.slice(0, Math.max(0, end - back)), ...idsOf(back, ~seed)], {});
          }
          return bits(await trunk.run(ids, {}));
        });
        expect(Buffer.compare(grown, whole)).toBe(0);
      }),
      { numRuns: sampled(3, 15) },
    );
  });

  it('is left as it was by a replay, which gives a token’s own vector the same bits as the run', async () => {
    const ids = idsOf(70, 4);
    await anew(async (trunk) => {
      const before = bits(await trunk.run(ids, {}));
      const { dimensions, layers } = model.hyperparameters;
      for (const [first, rows] of [
        [0, 1],
        [33, 17],
        [69, 1],
        [40, 30],
      ] as const) {
        const replay = await trunk.replay(first, model.embedding.rows(ids.slice(first, first + rows)));
        for (let layer = 0; layer <= layers; layer++) {
          const own = trunk.store.residuals(layer).slice(first * dimensions, (first + rows) * dimensions);
          expect(
            Buffer.compare(bitsOf(replay.residuals[layer] as Float32Array), bitsOf(own)),
            `residual ${layer}`,
          ).toBe(0);
        }
        await trunk.replay(first, new Float32Array(rows * dimensions).fill(0.5));
        expect(Buffer.compare(bits(trunk.store), before)).toBe(0);
      }
      // Positions after the end of the text may be replayed too.
      await trunk.replay(70, new Float32Array(200 * dimensions).fill(0.25));
      expect(Buffer.compare(bits(trunk.store), before)).toBe(0);
      return before;
    });
  });
});
