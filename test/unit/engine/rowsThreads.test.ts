import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddingMatrix } from '../../../src/engine/embedding';
import { measureSizes } from '../../../src/engine/sizes';
import { startRowsThreads } from '../../../src/engine/node/rowsThread';
import { RowsThreads } from '../../../src/engine/stored/rowsThreads';
import { workThrough } from '../../../src/engine/stored/rowsWork';
import { dot } from '../../../src/engine/vectors';
import { readGguf } from '../../../src/engine/weights/gguf';
import { fromBytes, openFile } from '../../../src/engine/weights/source';
import { blocks, dequantise, type TensorType } from '../../../src/engine/weights/types';
import { modelPath } from '../support/engine';
import { writeGguf } from '../support/ggufWriter';

let folder: string;
let entry: URL;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vectorscope-rows-'));
  const outfile = join(folder, 'rowsWorker.mjs');
  await build({ entryPoints: [fileURLToPath(new URL('../../../src/engine/node/rowsWorker.ts', import.meta.url))], bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error' });
  entry = pathToFileURL(outfile);
});
afterAll(() => rmSync(folder, { recursive: true }));

const weights = readGguf(openFile(modelPath));
const matrix = new EmbeddingMatrix(weights, 'token_embd.weight');
const queries = Float32Array.from({ length: 3 * matrix.dimensions }, (_, i) => Math.sin(i));

/** Everything that a pass finds. */
async function through(threads: RowsThreads) {
  const sizes = new Float64Array(matrix.vocabulary);
  const products = new Float32Array(3 * matrix.vocabulary);
  let rows = 0;
  await threads.pass(matrix, { measure: true, queries }, (first, count, done) => {
    rows += count;
    sizes.set(done.measured?.sizes ?? [], first);
    for (let i = 0; i < 3; i++) products.set(done.products?.subarray(i * count, (i + 1) * count) ?? [], i * matrix.vocabulary + first);
  });
  return { sizes, products, rows };
}

describe.each([
  ['in this thread', () => new RowsThreads(1, (count) => startRowsThreads(count, entry))],
  ['in three threads', () => new RowsThreads(3, (count) => startRowsThreads(count, entry))],
])('rows worked through %s', (_, make) => {
  it('have the sizes and products that plain code gives them', async () => {
    const threads = make();
    const { sizes, products, rows } = await through(threads);
    expect(rows).toBe(matrix.vocabulary);
    expect(sizes).toEqual(measureSizes(matrix).of);
    for (const id of [0, 1, 2, 3, 4, 1234, 30_000, 49_150, 49_151]) {
      for (let i = 0; i < 3; i++) expect(products[i * matrix.vocabulary + id]).toBeCloseTo(dot(queries.subarray(i * matrix.dimensions, (i + 1) * matrix.dimensions), matrix.row(id)), 5);
    }
    await threads.close();
  });

  it('serve several passes at a time, and stop between two blocks', async () => {
    const threads = make();
    const abort = new AbortController();
    let blocksDone = 0;
    const stopped = threads.pass(matrix, { measure: true, queries: null }, () => ++blocksDone === 2 && abort.abort(), { signal: abort.signal });
    const [cancelled, { rows }] = await Promise.all([stopped.catch((error: unknown) => error), through(threads)]);
    expect(cancelled).toMatchObject({ code: 'cancelled' });
    expect(blocksDone).toBeLessThan(14);
    expect(rows).toBe(matrix.vocabulary);
    await threads.close();
  });

  it('tell of a row that is no number, and go on with other passes', async () => {
    const data = new Float32Array(64 * 32).fill(1);
    data[40 * 32 + 5] = Infinity;
    const damaged = new EmbeddingMatrix(readGguf(fromBytes(writeGguf({ tensors: [{ name: 'm', dimensions: [32, 64], type: 0, data: new Uint8Array(data.buffer) }] }))), 'm');
    const threads = make();
    await expect(threads.pass(damaged, { measure: true, queries: null }, () => undefined)).rejects.toMatchObject({ code: 'model-damaged', message: expect.stringMatching(/row 40/) as string });
    expect((await through(threads)).rows).toBe(matrix.vocabulary);
    await threads.close();
  });
});

it('a thread that ends rejects what waits for it', async () => {
  const threads = new RowsThreads(2, (count) => startRowsThreads(count, entry));
  const pass = through(threads).catch((error: unknown) => error);
  await threads.close();
  expect(await pass).toMatchObject({ code: 'internal', message: expect.stringMatching(/ended\. Load the model again/) as string });
});

describe.each(Object.keys(blocks) as TensorType[])('rows of %s', (type) => {
  it.each([32 * 8, 32 * 24])('of %i numbers are measured and multiplied as they are dequantised', (dimensions) => {
    const { length, bytes } = blocks[type];
    const rowBytes = (dimensions / length) * bytes;
    const count = 7;
    // Below 0x3c no half-precision number, and no float32, has an exponent of ones.
    const stored = Uint8Array.from({ length: count * rowBytes }, (_, i) => (i * 2_654_435_761) % 59);
    const found = workThrough({ type, dimensions, count, bytes: stored, measure: true, queries: queries.subarray(0, 2 * dimensions) });
    const rows = new Float32Array(count * dimensions);
    dequantise(type, stored, rows);
    const sum = new Float64Array(dimensions);
    for (let i = 0; i < count; i++) {
      const row = rows.subarray(i * dimensions, (i + 1) * dimensions);
      row.forEach((value, j) => ((sum[j] as number) += value));
      expect(found.measured?.sizes[i]).toBe(Math.sqrt(dot(row, row)));
      for (let query = 0; query < 2; query++) {
        const expected = dot(row, queries.subarray(query * dimensions, (query + 1) * dimensions));
        expect(Math.abs((found.products?.[query * count + i] ?? NaN) - expected)).toBeLessThanOrEqual(1e-6 * Math.sqrt(dot(row, row)) * Math.sqrt(dimensions));
      }
    }
    expect(found.measured?.sum).toEqual(sum);
  });
});
