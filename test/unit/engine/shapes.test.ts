import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';

// Tensors whose numbers are all there, but in another shape: the runtime would stretch some of them and run, and say of
// others only that there is no session.

const folders = fileURLToPath(new URL('../../fixtures/folders/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'vectorscope-shapes-'));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Tensor {
  dtype: string;
  shape: number[];
}

const withHeader = (header: object, data: Uint8Array): Uint8Array => {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
};

/** Other shapes of as many bytes. */
function* reshaped({ dtype, shape }: Tensor): Generator<Tensor> {
  const [first = 0, second] = shape;
  yield { dtype, shape: [1, ...shape] };
  yield { dtype, shape: [...shape, 1] };
  if (dtype === 'F32') yield { dtype: 'F16', shape: [...shape.slice(0, -1), 2 * (shape.at(-1) as number)] };
  if (dtype !== 'F32' && first % 2 === 0) yield { dtype: 'F32', shape: [first / 2, ...shape.slice(1)] };
  if (second === undefined) return;
  yield { dtype, shape: [first * second] };
  if (first !== second) yield { dtype, shape: [second, first] };
}

it.each(['llama-untied', 'qwen2', 'gemma3', 'phi3-long', 'gpt2', 'gptneox-untied'])(
  '%s is refused by its header where a tensor of a layer or the final norm has another shape',
  async (family) => {
    const folder = join(scratch, family);
    cpSync(join(folders, family), folder, { recursive: true });
    const file = join(folder, 'model.safetensors');
    const bytes = readFileSync(file);
    const length = Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.subarray(8, 8 + length).toString()) as Record<string, Tensor>;
    const engine = localEngine();
    expect((await engine.describe({ path: folder })).verdict).toBe('runs');
    const names = Object.keys(header).filter((name) => /\.0\.|(^|\.)(norm|ln_f|final_layer_norm)\./.test(name));
    expect(names.length).toBeGreaterThan(6);
    for (const name of names) {
      for (const other of reshaped(header[name] as Tensor)) {
        writeFileSync(
          file,
          withHeader({ ...header, [name]: { ...header[name], ...other } }, bytes.subarray(8 + length)),
        );
        const { verdict, refusal } = await engine.describe({ path: folder });
        expect([verdict, refusal?.message], `${name} of ${other.shape.join(' × ')}`).toEqual([
          'geometry',
          expect.stringMatching(/shape|rows|width|q, k, v/),
        ]);
      }
    }
  },
);
