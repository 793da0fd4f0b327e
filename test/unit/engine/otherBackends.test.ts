import { rmSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { machineMemory } from '../../../src/engine/model/memory';
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
