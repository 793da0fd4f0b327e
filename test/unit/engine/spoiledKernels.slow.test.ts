import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type * as KernelsModule from '../../../src/engine/kernels/kernels';
import type { Kernels } from '../../../src/engine/kernels/kernels';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import { startKernels } from '../../../src/engine/model/compute';
import { loadModel } from '../../../src/engine/model/load';
import { machineMemory } from '../../../src/engine/model/memory';
import { tensorTypes } from '../../../src/engine/weights/types/types';
import type { Said } from '../../../src/shared/said';
import { modelPath } from '../support/engine';
import { sampled } from '../support/sample';
import { letters, writeTinyModel } from '../support/tinyModel';
import { writeFirstLayers } from '../support/writeFirstLayers';

// A kernel that gives slightly wrong numbers, as a bad build or a processor's fault would, is found when a model is
// loaded.

/**
 * Where a kernel's results lie, from its arguments: `runs` runs of `length` float32 or float64, one every `stride`
 * bytes.
 */
interface Results {
  readonly at: number;
  readonly runs: number;
  readonly length: number;
  readonly stride: number;
  readonly double?: boolean;
}
const flat = (at: number, length: number, double = false): Results => ({ at, runs: 1, length, stride: 0, double });
const results: { readonly [K in keyof Kernels]?: (...args: Parameters<Kernels[K]>) => Results } = {
  unpack: ({ columns, panel }) => ({
    at: panel + 12,
    runs: columns,
    length: 1,
    stride: 64,
  }),
  multiply: ({ c, strideC, rows }) => ({
    at: c + 20,
    runs: rows,
    length: 1,
    stride: strideC,
  }),
  rmsNorm: (_x, out, _gain, rows, width) => flat(out, rows * width),
  rotary: ({ out, rows, heads, headSize }) => flat(out, rows * heads * headSize),
  add: (_a, _b, out, count) => flat(out, count),
  multiplyElements: (_a, _b, out, count) => flat(out, count),
  activateValues: (_x, out, count) => flat(out, count),
  attend: ({ out, strideOut, rows, headSize }) => ({
    at: out,
    runs: rows,
    length: headSize,
    stride: strideOut,
  }),
  addToSoftmax: (_dots, queries, _id, parts) => ({ at: parts, runs: queries, length: 1, stride: 24, double: true }),
  measureRows: (_panel, _columns, _lanes, squares) => flat(squares, 32, true),
};

const spoiled = vi.hoisted(() => ({
  name: '',
  factor: 1,
  place: null as null | { type: number; column: number; lane: number },
}));
/** One place of all blocks of one type, in one of the rows that are unpacked together. */
function placeOf({ type, first, columns, panel }: Parameters<Kernels['unpack']>[0]): Results {
  const { place } = spoiled;
  const { length = 1 } = Object.values(tensorTypes).find(({ ggufId }) => ggufId === type) ?? {};
  const from = place && place.type === type ? (((place.column - first) % length) + length) % length : columns;
  return {
    at: panel + 4 * (16 * from + (place?.lane ?? 0)),
    runs: Math.max(0, Math.ceil((columns - from) / length)),
    length: 1,
    stride: 64 * length,
  };
}
vi.mock('../../../src/engine/kernels/kernels', async (original) => {
  const real: typeof KernelsModule = await original();
  const kernelsOver: typeof real.kernelsOver = (module, memory) => {
    const kernels = real.kernelsOver(module, memory);
    const name = spoiled.name as keyof Kernels;
    const resultsOf = (spoiled.place ? placeOf : results[name]) as
      | ((...args: readonly unknown[]) => Results)
      | undefined;
    if (!resultsOf) return kernels;
    const kernel = kernels[name] as (...args: readonly unknown[]) => unknown;
    const spoil = (...args: readonly unknown[]) => {
      kernel(...args);
      const { at, runs, length, stride, double } = resultsOf(...args);
      for (let run = 0; run < runs; run++) {
        const numbers = new (double ? Float64Array : Float32Array)(memory.buffer, at + run * stride, length);
        for (let i = 0; i < length; i++) (numbers[i] as number) *= spoiled.factor;
      }
    };
    return { ...kernels, [name]: spoil };
  };
  return { ...real, kernelsOver };
});

// More tokens than a search keeps of them.
const tiny = writeTinyModel({
  tokens: [...letters.slice(0, -1), ...Array.from({ length: 100 }, (_, i) => `x${i}`), '<s>'],
});
afterAll(() => rmSync(tiny.folder, { recursive: true }));
afterEach(() => void Object.assign(spoiled, { name: '', place: null }));

/** The default model's first layers have its types of weights. */
const layers = writeFirstLayers(2);
afterAll(() => layers.remove());

/** The ONNX Runtime takes over, which computes soundly. */
const takenOver = {
  notices: expect.arrayContaining([
    expect.objectContaining({
      message: expect.stringMatching(
        /kernels gave wrong numbers on this machine, so ONNX Runtime computes the model/,
      ) as string,
    }),
  ]) as Said[],
};

/** What a load says that has no other runtime to go on with. */
const refusedBy = (path: string): Promise<unknown> =>
  loadModel({ path, threads: 1 }, undefined, () => undefined, machineMemory(), [startKernels]).then(
    ({ model }) => model.release(),
    (refused: unknown) => refused,
  );

describe('a kernel whose results are a hundredth too large', () => {
  const likeliest = async (engine: LocalEngine) => (await engine.run({ text: 'The capital of' })).likeliest.at(-1)?.[0];
  async function soundLikeliest(path: string) {
    const engine = localEngine();
    await engine.load({ path, threads: 1 });
    try {
      return await likeliest(engine);
    } finally {
      await engine.close();
    }
  }
  /** That a load with this kernel spoiled is refused by the self-check, and the ONNX Runtime gives sound numbers. */
  async function isFound(name: string, path: string, sound: Awaited<ReturnType<typeof likeliest>>) {
    Object.assign(spoiled, { name, factor: 1.01 });
    const engine = localEngine();
    expect(await engine.load({ path, threads: 1 })).toMatchObject(takenOver);
    expect(await likeliest(engine)).toMatchObject({
      token: { id: sound?.token.id },
      probability: expect.closeTo(sound?.probability ?? NaN, 3) as number,
    });
    expect(await engine.useBackend({ choice: 'auto' })).toMatchObject({
      backend: 'onnx',
      reason: { kind: 'kernels-wrong' },
    });
    await engine.close();
  }
  let sound: Awaited<ReturnType<typeof likeliest>>;
  beforeAll(async () => void (sound = await soundLikeliest(tiny.path)));

  // The ONNX Runtime takes long to start with it.
  it.each(sampled([], ['unpack', 'attend']))('is found in the default model: %s', async (name) =>
    isFound(name, modelPath, await soundLikeliest(modelPath)),
  );

  it('is found, and the ONNX Runtime takes over', () => isFound('multiply', tiny.path, sound));

  it.each(Object.keys(results))('is found in any model: %s', async (name) => {
    Object.assign(spoiled, { name, factor: 1.01 });
    expect(await refusedBy(tiny.path)).toMatchObject({ code: 'model-damaged' });
  });

  it.each(
    sampled(
      [
        ['Q4_1', 17, 3],
        ['Q8_0', 31, 15],
      ] as const,
      (['Q4_1', 'Q8_0'] as const).flatMap((type) => [0, 17, 31].map((column) => [type, column, column >> 1] as const)),
    ),
  )('is found where it is one number of a block of %s: place %i in row %i of sixteen', async (type, column, lane) => {
    Object.assign(spoiled, { name: 'unpack', factor: 1.01, place: { type: tensorTypes[type].ggufId, column, lane } });
    expect(await refusedBy(layers.path)).toMatchObject({
      message: expect.stringMatching(/blocks of every type are unpacked as they are read plainly/) as string,
    });
  });

  it('is what was found: the same model loads with sound ones', async () => {
    await expect(localEngine().load({ path: tiny.path, threads: 1 })).resolves.toMatchObject({
      threads: 1,
      notices: [],
    });
  });
});
