import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { machineMemory, type MemoryLimits } from '../../../src/engine/model/memory';
import { startEngineProcess } from '../../../src/extension/node/engineProcess';
import { connectEngine } from '../../../src/shared/enginePort';
import { modelPath } from '../support/engine';
import { sampled } from '../support/sample';

const MiB = 2 ** 20;
const roomy: MemoryLimits = { process: 2 ** 45, matrix: 2 ** 45 };
const describeWith = (limits: Partial<MemoryLimits>) =>
  localEngine(() => ({ ...roomy, ...limits })).describe({ path: modelPath });
const loadWith = (limits: Partial<MemoryLimits>) =>
  localEngine(() => ({ ...roomy, ...limits }))
    .load({ path: modelPath })
    .then(
      () => undefined,
      (error: unknown) => error,
    );

describe('the memory that a model needs, by its header', () => {
  it('counts the matrix and the layers as the file stores them', async () => {
    const { memory, verdict, refusal } = await describeWith({});
    expect([verdict, refusal]).toEqual(['runs', null]);
    const matrix = (49_152 * 576 * 34) / 32;
    const layers = (30 * 576 * (2 * 576 + 2 * 192 + 3 * 1536) * 20) / 32;
    const run = memory.run ?? NaN;
    const inFile = (await describeWith({ matrix: 0 })).memory;
    expect(run - (inFile.run ?? NaN)).toBe(matrix);
    const positions = 768 * 4 * (31 * 576 + 2 * 30 * 192);
    const rest = run - matrix - layers - positions;
    expect(rest / MiB).toBeGreaterThan(80);
    expect(rest / MiB).toBeLessThan(160);
    expect((memory.geometry ?? NaN) - (inFile.geometry ?? NaN)).toBe(matrix);
  });

  it('refuses no model that every machine can run', () => {
    expect(machineMemory().process).toBeGreaterThanOrEqual(1024 * MiB);
    expect(machineMemory().matrix).toBeGreaterThan(3500 * MiB);
  });

  it('leaves the matrix in the file where that makes the model fit', async () => {
    const { memory } = await describeWith({});
    const tight = await describeWith({ process: (memory.run ?? 0) - 1 });
    expect(tight.verdict).toBe('runs');
    expect(tight.memory.run).toBe((memory.run ?? NaN) - (49_152 * 576 * 34) / 32);
  });

  it('says what is missing, in describe and in load, and leaves the geometry', async () => {
    const limits = { process: 200 * MiB };
    const message = /needs about \d+ MB of memory, \d+ MB more than is free now \(210 MB\)/;
    expect(await describeWith(limits)).toMatchObject({
      verdict: 'geometry',
      refusal: { message: expect.stringMatching(message) as string },
      memory: { run: null, geometry: expect.any(Number) as number },
    });
    expect(await loadWith(limits)).toMatchObject({
      code: 'geometry-only',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('what a load and a run of 512 tokens really take', () => {
  it.each(sampled([true], [true, false]))('is estimated within a fifth; geometry only: %s', async (geometryOnly) => {
    const worker = startEngineProcess(fileURLToPath(new URL('../../../dist/node/worker.mjs', import.meta.url)));
    let most = 0;
    worker.onNote((note) => 'memory' in note && (most = Math.max(most, note.memory)));
    const engine = connectEngine(worker);
    const { memory } = await engine.describe({ path: modelPath });
    await engine.load({ path: modelPath, geometryOnly });
    if (geometryOnly) await engine.neighbours({ id: 7042, count: 10, centred: false });
    else
      await engine.run({
        text: 'The quick brown fox jumps over the lazy dog. '.repeat(60),
        context: 'Pack my box with five dozen jugs. '.repeat(40),
      });
    // Only a note that comes after the answer counts all that it took: one from before may come in the middle. Where
    // this process was busy, the note arrives with the answer and is gone, so one more call makes sure of another.
    const noted = new Promise<void>((resolve) => worker.onNote((note) => 'memory' in note && resolve()));
    await engine.tokenise({ text: 'a' });
    await noted;
    await worker.terminate();
    const estimate = (geometryOnly ? memory.geometry : memory.run) ?? NaN;
    process.stdout.write(
      `${geometryOnly ? 'geometry' : 'run'}: estimated ${(estimate / MiB).toFixed(0)} MiB, measured ${(most / MiB).toFixed(0)} MiB\n`,
    );
    expect(Math.abs(most - estimate) / most).toBeLessThan(0.2);
  });
});
