import fc from 'fast-check';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRuntime } from '../../../src/engine/backends/gpu/hostPort';
import { startRuntime } from '../../../src/engine/backends/onnx/compute';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import { startKernels } from '../../../src/engine/model/compute';
import { loadModel } from '../../../src/engine/model/load';
import { machineMemory } from '../../../src/engine/model/memory';
import type { Model } from '../../../src/engine/model/model';
import { probe } from '../../../src/engine/model/probe';
import type { TrunkStore } from '../../../src/engine/trunk/trunk';
import { bitsOf } from '../kernels/support';
import { numbersOf } from '../support/numbersOf';
import { sampled } from '../support/sample';

// What a model says of a text is the same to the bit, whatever it ran before: the self-check's text, or another that
// begins alike.

const pathOf = (name: string) => fileURLToPath(new URL(`../../fixtures/families/${name}.gguf`, import.meta.url));

/** Texts that share their beginnings with each other and with the self-check's. */
const tail = ' Paris, where the river Seine flows past the cathedral and under thirty-seven bridges within the city';
const texts = [
  probe,
  `${probe} Paris`,
  `${probe}${tail}`,
  'The capital of',
  'The capital of Spain is Madrid, far from any river',
  `${probe}${tail} of light`,
  `${probe}${tail.repeat(3)}`,
  'Another text',
];

const threadCounts = sampled([3], [1, 2, 3]);
const ways = [
  ...['llama-3', 'llama-window', 'gemma2', 'gemma3', 'gpt2', 'gptneox', 'phi2', 'phi3-q4', 'qwen3'].flatMap((name) =>
    threadCounts.map((threads) => ({ name, threads, compute: 'kernels' as const })),
  ),
  ...['llama-3', 'gemma3', 'gpt2', 'phi3'].map((name) => ({ name, threads: 1, compute: 'onnx' as const })),
];

/** What an engine says of a text. */
const answerOf = async (engine: LocalEngine, text: string) => ({
  run: numbersOf(await engine.run({ text })),
  inspection: await engine.inspect({ text, neighbours: 3, top: 3, layers: true, centred: false }),
  lens: await engine.lens({ text, first: 1, count: 1, top: 3 }),
  journey: await engine.journey({ text, position: 1 }),
});

describe.each(['llama-3', 'gemma3'])('an engine with %s', (name) => {
  const loaded = async (threads: number) => {
    const engine = localEngine();
    await engine.load({ path: pathOf(name), threads });
    return engine;
  };
  const first = new Map<string, unknown>();
  beforeAll(async () => {
    for (const text of texts) {
      const engine = await loaded(1);
      first.set(text, await answerOf(engine, text));
      await engine.close();
    }
  });

  it.each([1, 2, 3])('answers on %i threads as fresh ones on one thread do', async (threads) => {
    const engine = await loaded(threads);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 4 }), async (sequence) => {
        for (const text of sequence) expect(await answerOf(engine, text)).toEqual(first.get(text));
      }),
      { numRuns: sampled(1, 5) },
    );
    await engine.close();
  });
});

describe.each(ways)('$name on $threads threads of the $compute', ({ name, threads, compute }) => {
  let model: Model;
  beforeAll(
    async () =>
      void ({ model } = await loadModel({ path: pathOf(name), threads }, undefined, () => undefined, machineMemory(), [
        compute === 'onnx' ? (count) => startRuntime(count, findRuntime) : startKernels,
      ])),
  );
  afterAll(() => model.release());

  const idsOf = (text: string) =>
    Array.from(model.tokenizer.encode(text, { plain: false }).ids).slice(0, model.hyperparameters.contextLength);
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

  it('says of any text what it says of it first', async () => {
    const first = new Map<string, Buffer>();
    for (const text of texts) {
      const trunk = model.trunk.home.fresh();
      first.set(text, bits(await trunk.run(idsOf(text), {})));
      trunk.release();
    }
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 4 }), async (sequence) => {
        for (const text of sequence)
          expect(Buffer.compare(bits(await model.trunk.run(idsOf(text), {})), first.get(text) as Buffer), text).toBe(0);
      }),
      { numRuns: sampled(2, 12) },
    );
  });
});
