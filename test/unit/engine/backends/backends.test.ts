import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Backends } from '../../../../src/engine/backends/backends';
import type { Tensor } from '../../../../src/engine/backends/onnx/runtime';
import { localEngine } from '../../../../src/engine/localEngine';
import { machineMemory } from '../../../../src/engine/model/memory';
import type { Door } from '../../../../src/engine/otherBackends';
import type { BackendState } from '../../../../src/shared/backend';
import { FakeGpuWorker, type FakeGpu } from '../../support/fakeGpu';
import { letters, writeTinyModel } from '../../support/tinyModel';

/** Three graphs of layers. */
const layers = 12;
const text = 'The capital of France is the capital';

let tiny: ReturnType<typeof writeTinyModel>;
let expected: Float32Array;
beforeAll(async () => {
  tiny = writeTinyModel({
    layers,
    tokens: [...letters.slice(0, -1), ...Array.from({ length: 100 }, (_, i) => `x${i}`), '<s>'],
  });
  const { engine } = await loaded(null);
  expected = await engine.hidden({ text });
  await engine.close();
});
afterAll(() => rmSync(tiny.folder, { recursive: true }));

const doorOf =
  ({ open }: FakeGpuWorker): Door =>
  async () => ({ openBackends: (surroundings, quiet) => new Backends(surroundings, quiet, open) });

async function loaded(gpu: FakeGpuWorker | null) {
  const changes: BackendState[] = [];
  const engine = localEngine(
    machineMemory,
    { changed: (state) => changes.push(state) },
    gpu ? [doorOf(gpu)] : undefined,
  );
  await engine.load({ path: tiny.path, threads: 1 });
  return { engine, changes };
}

async function used(fake: FakeGpu = {}, choice: 'auto' | 'webgpu' = 'webgpu') {
  const gpu = new FakeGpuWorker(fake);
  const { engine, changes } = await loaded(gpu);
  const state = await engine.useBackend({ choice });
  return { gpu, engine, changes, state };
}

const apart = (found: Float32Array) =>
  found.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (expected[i] as number))), 0);

describe('layers on a GPU', () => {
  it('run there once they agree with WASM, and give the same', async () => {
    const { gpu, engine, state } = await used();
    expect(state).toMatchObject({
      backend: 'webgpu',
      reason: { kind: 'chosen' },
      adapter: 'fake',
      times: null,
      agreement: { sameTop: true },
    });
    expect(state.agreement?.cosine).toBeGreaterThan(0.999999);
    const before = gpu.runs;
    expect(apart(await engine.hidden({ text }))).toBeLessThan(1e-5);
    expect(gpu.runs).toBeGreaterThan(before);
    // They stay where they are when they are asked for again, and come back when WASM is asked for.
    const ran = gpu.runs;
    expect(await engine.useBackend({ choice: 'webgpu' })).toEqual(state);
    expect(gpu.runs).toBe(ran);
    expect(await engine.useBackend({ choice: 'wasm' })).toMatchObject({ backend: 'wasm', reason: { kind: 'chosen' } });
    expect(apart(await engine.hidden({ text }))).toBe(0);
    expect(gpu.runs).toBe(ran);
    expect(gpu.closed).toBeGreaterThan(0);
    await engine.close();
  });

  it('can be those of the ONNX Runtime, as a second opinion', async () => {
    const { engine } = await loaded(null);
    const state = await engine.useBackend({ choice: 'onnx' });
    expect(state).toMatchObject({
      backend: 'onnx',
      reason: { kind: 'chosen' },
      adapter: null,
      agreement: { sameTop: true },
    });
    expect(state.agreement?.deviation).toBeLessThan(1e-5);
    expect(await engine.useBackend({ choice: 'onnx' })).toEqual(state);
    const found = apart(await engine.hidden({ text }));
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThan(1e-5);
    expect(await engine.useBackend({ choice: 'wasm' })).toMatchObject({ backend: 'wasm', reason: { kind: 'chosen' } });
    await engine.run({ text: 'France' });
    expect(apart(await engine.hidden({ text }))).toBe(0);
    await engine.close();
  });

  it('end a run of theirs at home where WASM is asked for in the middle of it', async () => {
    const { engine } = await loaded(null);
    await engine.useBackend({ choice: 'onnx' });
    let asked: Promise<BackendState> | undefined;
    const hidden = await engine.hidden(
      { text },
      { onProgress: ({ stage }) => void (stage === 'run' && (asked ??= engine.useBackend({ choice: 'wasm' }))) },
    );
    expect(apart(hidden)).toBeLessThan(1e-5);
    expect(await asked).toMatchObject({ backend: 'wasm' });
    await engine.close();
  });

  it('go on here when the device is lost in the middle of a run, which ends as if nothing had been', async () => {
    const { gpu, engine, changes } = await used();
    const begin = gpu.runs;
    gpu.beforeRun = (run) => {
      if (run === begin + 1) gpu.lose();
    };
    expect(apart(await engine.hidden({ text }))).toBeLessThan(1e-5);
    expect(gpu.runs).toBe(begin + 2);
    expect(changes).toMatchObject([{ backend: 'wasm', reason: { kind: 'lost' }, adapter: 'fake' }]);
    await engine.close();
  });

  it('go on here when the page is gone, or a run fails there', async () => {
    for (const [fail, reason] of [
      [(gpu: FakeGpuWorker) => gpu.end('page-gone'), { kind: 'page-gone' }],
      [
        () => {
          throw new Error('bad shader');
        },
        { kind: 'failed', message: 'bad shader' },
      ],
    ] as const) {
      const { gpu, engine, changes } = await used();
      gpu.beforeRun = () => fail(gpu);
      expect(apart(await engine.hidden({ text }))).toBeLessThan(1e-5);
      expect(changes).toMatchObject([{ backend: 'wasm', reason }]);
      await engine.close();
    }
  });

  it.each([
    [
      'while its weights are sent',
      (gpu: FakeGpuWorker) => (gpu.beforeSession = (session) => session === 1 && gpu.lose()),
      0,
    ],
    ['while the probe runs', (gpu: FakeGpuWorker) => (gpu.beforeRun = (run) => run === 4 && gpu.lose()), 5],
  ])('are not said to run there when it is lost %s', async (_, lose, runs) => {
    const gpu = new FakeGpuWorker();
    lose(gpu);
    const { engine, changes } = await loaded(gpu);
    const state = await engine.useBackend({ choice: 'webgpu' });
    expect(state).toMatchObject({ backend: 'wasm', reason: { kind: 'lost' } });
    expect(gpu.runs).toBe(runs);
    expect(changes).toEqual([]);
    expect(apart(await engine.hidden({ text }))).toBe(0);
    await engine.close();
  });
});

describe('a GPU that is not used', () => {
  const noise = (name: string, by: number) => (outputs: Record<string, Tensor>) => {
    const data = outputs[name]?.data;
    if (data instanceof Float32Array) data.forEach((value, i) => (data[i] = value + by * Math.cos(i)));
  };

  it.each([
    [
      'has another residual after one layer',
      noise('after.7', 0.5),
      (cosine: number, layer: number) => cosine < 0.9999 && layer >= 7,
    ],
    [
      'has no numbers',
      (outputs: Record<string, Tensor>) => void (outputs['after.2']?.data as Float32Array | undefined)?.fill(NaN),
      (cosine: number, layer: number) => Number.isNaN(cosine) && layer === 2,
    ],
    [
      'has none at the end',
      (outputs: Record<string, Tensor>) => void (outputs['after.11']?.data as Float32Array | undefined)?.fill(NaN),
      (cosine: number, layer: number) => Number.isNaN(cosine) && layer === 11,
    ],
  ])('%s', async (_, spoil, isSeen) => {
    const { engine, state, gpu } = await used({ spoil });
    expect(state).toMatchObject({ backend: 'wasm', reason: { kind: 'disagrees' }, adapter: 'fake' });
    const { cosine = 1, layer = 0 } = state.agreement ?? {};
    expect(isSeen(cosine, layer), `${cosine} after ${layer}`).toBe(true);
    expect(gpu.closed).toBeGreaterThan(0);
    expect(apart(await engine.hidden({ text }))).toBe(0);
    await engine.close();
  });

  it('has one position whose residuals are too long, which neither a cosine nor the others show', async () => {
    const { engine, state } = await used({
      spoil: (outputs) => {
        const data = outputs['after.11']?.data;
        if (data instanceof Float32Array) data.subarray(0, 32).forEach((value, i) => (data[i] = 1.1 * value));
      },
    });
    expect(state).toMatchObject({ backend: 'wasm', reason: { kind: 'disagrees' } });
    expect(state.agreement?.cosine).toBeGreaterThan(0.9999);
    await engine.close();
  });

  it('is not there, is a program, or is there without anything to run', async () => {
    const { engine } = await loaded(null);
    expect((await engine.useBackend({ choice: 'webgpu' })).reason).toEqual({ kind: 'no-adapter' });
    await engine.close();
    expect((await used({ adapter: null })).state.reason).toEqual({ kind: 'no-adapter' });
    const software = { adapter: { name: 'google swiftshader', software: true } };
    expect((await used(software, 'auto')).state).toMatchObject({
      backend: 'wasm',
      reason: { kind: 'software' },
      adapter: 'google swiftshader',
    });
    expect((await used(software)).state.backend).toBe('webgpu');
    const geometry = localEngine(machineMemory, {}, [doorOf(new FakeGpuWorker())]);
    await geometry.load({ path: tiny.path, geometryOnly: true });
    expect((await geometry.useBackend({ choice: 'webgpu' })).reason).toEqual({ kind: 'no-layers' });
    await geometry.close();
  });

  it('is slower: it is measured once, and not asked for when that is known', async () => {
    const gpu = new FakeGpuWorker({ times: 10 });
    const { engine } = await loaded(gpu);
    const state = await engine.useBackend({ choice: 'auto' });
    expect(state).toMatchObject({ backend: 'wasm', reason: { kind: 'slower' }, agreement: { sameTop: true } });
    expect(state.times?.webgpu).toBeGreaterThan(state.times?.wasm as number);
    const before = gpu.runs;
    expect(await engine.useBackend({ choice: 'auto', known: 'slower' })).toMatchObject({
      reason: { kind: 'slower' },
      times: null,
    });
    expect(gpu.runs).toBe(before);
    expect(await engine.useBackend({ choice: 'auto', known: 'faster' })).toMatchObject({
      backend: 'webgpu',
      times: null,
    });
    await engine.close();
  });

  it('is left when the model is, whatever it is doing', async () => {
    const gpu = new FakeGpuWorker();
    const { engine } = await loaded(gpu);
    let closed: Promise<void> | undefined;
    gpu.beforeRun = () => void (closed ??= engine.close());
    await expect(engine.useBackend({ choice: 'webgpu' })).rejects.toMatchObject({ code: 'cancelled' });
    await closed;
    expect(gpu.closed).toBe(1);
  });
});
