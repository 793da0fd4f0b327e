import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from 'esbuild';
import { mkdtemp, copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngineProcess } from '../../../src/extension/node/engineProcess';
import { connectEngine } from '../../../src/shared/enginePort';
import { LocalEngine } from '../../../src/engine/localEngine';
import { machineMemory, type MemoryLimits } from '../../../src/engine/memory';
import { modelPath } from '../support/engine';

const MiB = 2 ** 20;
const roomy: MemoryLimits = { graphs: 2 ** 45, process: 2 ** 45, matrices: { run: 2 ** 45, geometry: 2 ** 45 } };
const describeWith = (limits: Partial<MemoryLimits>) => new LocalEngine(() => ({ ...roomy, ...limits })).describe({ path: modelPath });
const loadWith = (limits: Partial<MemoryLimits>) =>
  new LocalEngine(() => ({ ...roomy, ...limits })).load({ path: modelPath }).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the memory that a model needs, by its header', () => {
  it('counts both matrices as float32 and each layer in the form in which it is held', async () => {
    const { memory, verdict, refusal } = await describeWith({});
    expect([verdict, refusal]).toEqual(['runs', null]);
    // The matrix; q, k, v and gate as float32; o, up and down in 4 bits with a float32 scale and zero point for 32 of them.
    const matrix = 49_152 * 576 * 4;
    const layers = 30 * (4 * 576 * (576 + 2 * 192 + 1536) + (0.5 + 8 / 32) * 576 * (576 + 2 * 1536));
    const run = memory.run ?? NaN;
    const stored = (await describeWith({ matrices: { run: 0, geometry: 0 } })).memory;
    // Beside the matrix as float32 there are the products of 64 vectors with its rows.
    expect(run - (stored.run ?? NaN)).toBe(matrix + 64 * 49_152 * 4);
    const positions = 768 * 4 * (31 * 576 + 2 * 30 * 192);
    const rest = run - matrix - layers - positions;
    expect(rest / MiB).toBeGreaterThan(200);
    expect(rest / MiB).toBeLessThan(320);
    expect((memory.geometry ?? NaN) - (stored.geometry ?? NaN)).toBeGreaterThan(matrix);
  });

  it('refuses no model that every machine can run', () => {
    expect(machineMemory().process).toBeGreaterThanOrEqual(1024 * MiB);
    expect(machineMemory().graphs).toBeGreaterThan(3500 * MiB);
  });

  it('takes the matrix as it is stored where that makes it fit', async () => {
    const { memory } = await describeWith({});
    const tight = await describeWith({ process: (memory.run ?? 0) - 1 });
    expect(tight.verdict).toBe('runs');
    expect(tight.memory.run).toBe((memory.run ?? NaN) - 49_152 * (576 + 64) * 4);
    expect((await describeWith({ graphs: 300 * MiB })).memory.run).toBe(tight.memory.run);
  });

  it('says what is missing, in describe and in load, and leaves the geometry', async () => {
    for (const [limits, message] of [
      [{ graphs: 100 * MiB }, /needs about \d+ MB for its layers, \d+ MB more than one WebAssembly memory can hold \(4 GiB\)/],
      [{ process: 300 * MiB }, /needs about \d+ MB of memory, \d+ MB more than is free now \(315 MB\)/],
    ] as const) {
      expect(await describeWith(limits)).toMatchObject({ verdict: 'geometry', refusal: expect.stringMatching(message) as string, memory: { run: null, geometry: expect.any(Number) as number } });
      expect(await loadWith(limits)).toMatchObject({ code: 'geometry-only', message: expect.stringMatching(message) as string });
    }
  });
});

describe('what a load and a run of 512 tokens really take', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vectorscope-worker-'));
    await build({ entryPoints: [fileURLToPath(new URL('../../../src/engine/node/worker.ts', import.meta.url))], bundle: true, splitting: true, platform: 'node', format: 'esm', outdir: folder, outExtension: { '.js': '.mjs' }, logLevel: 'error', banner: { js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);" } });
    for (const file of ['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm']) await copyFile(fileURLToPath(new URL(`../../../node_modules/onnxruntime-web/dist/${file}`, import.meta.url)), join(folder, file));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([false, true])('is estimated within a fifth; geometry only: %s', async (geometryOnly) => {
    const worker = startEngineProcess(join(folder, 'worker.mjs'));
    let most = 0;
    worker.onNote((note) => 'memory' in note && (most = Math.max(most, note.memory)));
    const engine = connectEngine(worker);
    const { memory } = await engine.describe({ path: modelPath });
    await engine.load({ path: modelPath, geometryOnly });
    const noted = new Promise<void>((resolve) => worker.onNote(() => resolve()));
    if (geometryOnly) await engine.neighbours({ id: 7042, count: 10, centred: false });
    else await engine.run({ text: 'The quick brown fox jumps over the lazy dog. '.repeat(60) });
    await noted;
    await worker.terminate();
    const estimate = (geometryOnly ? memory.geometry : memory.run) ?? NaN;
    process.stdout.write(`${geometryOnly ? 'geometry' : 'run'}: estimated ${(estimate / MiB).toFixed(0)} MiB, measured ${(most / MiB).toFixed(0)} MiB\n`);
    expect(Math.abs(most - estimate) / most).toBeLessThan(0.2);
  });
});
