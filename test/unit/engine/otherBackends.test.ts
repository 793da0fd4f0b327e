import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { startKernels } from '../../../src/engine/model/compute';
import { loadModel } from '../../../src/engine/model/load';
import { machineMemory } from '../../../src/engine/model/memory';
import { readGguf } from '../../../src/engine/weights/gguf';
import { fromBytes } from '../../../src/engine/weights/source';
import { familyPath } from '../support/families';
import { writeTinyModel } from '../support/tinyModel';

const tiny = writeTinyModel();
afterAll(() => rmSync(tiny.folder, { recursive: true }));

it('an engine without other backends runs a model on its kernels, and says so whatever is asked for', async () => {
  const engine = localEngine(machineMemory, {}, []);
  await engine.load({ path: tiny.path, threads: 1 });
  for (const [choice, kind] of [
    ['wasm', 'chosen'],
    ['auto', 'no-adapter'],
    ['webgpu', 'no-adapter'],
    ['onnx', 'no-adapter'],
  ] as const)
    expect(await engine.useBackend({ choice })).toMatchObject({ backend: 'wasm', reason: { kind } });
  expect((await engine.hidden({ text: 'abc' })).every(Number.isFinite)).toBe(true);
  await engine.load({ path: tiny.path, geometryOnly: true });
  expect(await engine.useBackend({ choice: 'auto' })).toMatchObject({ reason: { kind: 'no-layers' } });
  await engine.close();
});

it.each([
  ['token_embd.weight', 0, 0],
  ['output_norm.weight', 0, 0],
  // Overflows in the layers, which may be the fault of a kernel.
  ['blk.1.ffn_norm.weight', 3e38, 1],
  // A family that no other backend runs.
  ['blk.1.ffn_norm.weight', 3e38, 0, 'qwen3moe'],
])(
  'a model whose tensor %s is filled with %d is tried on %i other backends',
  async (tensor, value, times, family?: string) => {
    const { path, folder } = writeTinyModel();
    if (family) copyFileSync(familyPath(family), path);
    const bytes = readFileSync(path);
    const { offset = 0, byteLength = 0 } = readGguf(fromBytes(bytes)).tensors.get(tensor) ?? {};
    for (let at = 0; at < byteLength; at += 4) bytes.writeFloatLE(value, offset + at);
    writeFileSync(path, bytes);
    let tried = 0;
    const other: typeof startKernels = (threads) => {
      tried++;
      return startKernels(threads);
    };
    const loading = loadModel({ path, threads: 1 }, undefined, () => undefined, machineMemory(), [startKernels, other]);
    await expect(loading).rejects.toMatchObject({ code: 'model-damaged' });
    expect(tried).toBe(times);
    rmSync(folder, { recursive: true });
  },
);
