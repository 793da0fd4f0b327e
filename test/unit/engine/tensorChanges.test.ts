import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { openModelFile } from '../../../src/engine/model/modelFile';
import { dequantise } from '../../../src/engine/weights/types/types';
import { tensorOf } from '../../../src/engine/weights/weights';
import { modelPath } from '../support/engine';
import { familyPath } from '../support/families';
import { writeGguf } from '../support/ggufWriter';
import { requantise } from '../support/requantise';

const engine = localEngine();
const folder = mkdtempSync(join(tmpdir(), 'vectorscope-changes-'));
afterAll(() => rmSync(folder, { recursive: true }));
const copyOf = (path: string): string => {
  const copy = join(folder, 'copy.gguf');
  writeFileSync(copy, requantise(readFileSync(path), 'Q4_0'));
  return copy;
};
const folders = fileURLToPath(new URL('../../fixtures/folders/', import.meta.url));

/** Every row of a tensor in float64, read at once. */
function rowsOf(path: string, name: string): number[][] {
  const { weights } = openModelFile(path);
  const { type, shape } = tensorOf(weights, name);
  const numbers = new Float32Array(shape.reduce((product, size) => product * size, 1));
  dequantise(type, weights.read(name), numbers);
  weights.close();
  const columns = shape.at(-1) as number;
  return Array.from({ length: numbers.length / columns }, (_, i) => [
    ...numbers.subarray(i * columns, (i + 1) * columns),
  ]);
}

const product = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
const sizeOf = (a: readonly number[]) => Math.sqrt(product(a, a));
const median = (values: readonly number[]) => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
};

describe('what became of each tensor', () => {
  it.each(['llama-3', 'gpt2', 'phi3-q4', 'gemma2'])(
    'is what float64 says of all of its rows, %s against its Q4_0 copy',
    async (name) => {
      const path = familyPath(name);
      const other = copyOf(path);
      const { tensors, every, unlike } = await engine.tensorChanges({ path, other });
      expect({ every, unlike }).toEqual({ every: 1, unlike: [] });
      expect(tensors.map((tensor) => tensor.name)).toEqual([...openModelFile(path).weights.tensors.keys()]);
      for (const tensor of tensors) {
        const [a, b] = [rowsOf(path, tensor.name), rowsOf(other, tensor.name)];
        const apart = sizeOf(a.flatMap((row, i) => row.map((x, j) => x - (b[i]?.[j] as number))));
        expect(tensor.error).toBeCloseTo(apart / sizeOf(a.flat()), 12);
        const both = a.flatMap((row, i) => {
          const twin = b[i] as number[];
          return sizeOf(row) && sizeOf(twin) ? [[row, twin, i] as const] : [];
        });
        expect(tensor.ratio ?? NaN).toBeCloseTo(median(both.map(([x, y]) => sizeOf(y) / sizeOf(x))), 12);
        if (tensor.shape.length === 1) {
          expect(tensor).toMatchObject({ angle: null, worst: null });
          continue;
        }
        const angles = both.map(([x, y]) => {
          const cosine = product(x, y) / (sizeOf(x) * sizeOf(y));
          const sine = sizeOf(y.map((value, i) => value / sizeOf(y) - (cosine * (x[i] as number)) / sizeOf(x)));
          return (Math.atan2(sine, cosine) * 180) / Math.PI;
        });
        expect(tensor.angle ?? NaN).toBeCloseTo(median(angles), 5);
        expect(tensor.worst?.angle ?? NaN).toBeCloseTo(Math.max(...angles), 5);
        expect(angles[both.findIndex(([, , row]) => row === tensor.worst?.row)]).toBeCloseTo(Math.max(...angles), 9);
      }
    },
  );

  it.each(['llama-3', 'gpt2', 'gptneox-untied'])('is nothing between the folder and the file of %s', async (name) => {
    for (const [path, other] of [
      [join(folders, name), familyPath(name)],
      [familyPath(name), join(folders, name)],
    ] as const) {
      const { tensors } = await engine.tensorChanges({ path, other });
      expect(tensors.length).toBeGreaterThan(10);
      expect(tensors.filter(({ error }) => error > 1e-3)).toEqual([]);
    }
  });

  it('names what only one of two files has, and does not count what has another shape', async () => {
    const { tensors, unlike } = await engine.tensorChanges({ path: familyPath('llama-3'), other: familyPath('gpt2') });
    expect(unlike).toEqual(
      expect.arrayContaining(['token_embd.weight', 'position_embd.weight', 'blk.0.attn_q.weight']),
    );
    expect(tensors.map(({ name }) => name).filter((name) => unlike.includes(name))).toEqual([]);
  });

  it('reads every second run of rows of a tensor that has too many, and says so', async () => {
    const [one, two, minusTwo] = [0x3c00, 0x4000, 0xc000];
    const rows = 2 ** 22 + 2;
    const [path, other] = [one, two].map((value) => {
      const numbers = new Uint16Array(rows).fill(value);
      // In the second run.
      if (value === two) numbers[70_000] = minusTwo;
      const tensors = [{ name: 'a', dimensions: [1, rows], type: 1, data: new Uint8Array(numbers.buffer) }];
      const file = join(folder, `${value}.gguf`);
      writeFileSync(file, writeGguf({ tensors }));
      return file;
    }) as [string, string];
    const { every, tensors } = await engine.tensorChanges({ path, other });
    expect(every).toBe(2);
    expect(tensors[0]).toMatchObject({ error: 1, ratio: 2, angle: 0, worst: { row: 0, angle: 0 } });
  });

  it('reads no further block once it is cancelled', async () => {
    const abort = new AbortController();
    let told = 0;
    const onProgress = () => {
      told++;
      abort.abort();
    };
    await expect(
      engine.tensorChanges({ path: modelPath, other: modelPath }, { signal: abort.signal, onProgress }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect(told).toBe(1);
  });
});
