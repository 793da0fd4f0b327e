import fc from 'fast-check';
import { copyFileSync, mkdtempSync, openSync, closeSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { readGguf } from '../../../src/engine/weights/gguf';
import { openSource } from '../../../src/engine/weights/source';
import { firstNotFinite } from '../../../src/engine/weights/tensorReader';
import { dequantise, tensorTypes, type TensorType } from '../../../src/engine/weights/types/types';
import { tensorOf } from '../../../src/engine/weights/weights';
import { sampled } from '../support/sample';
import { writeTinyModel } from '../support/tinyModel';

describe.each(Object.keys(tensorTypes) as TensorType[])('firstNotFinite of %s', (type) => {
  const { ggufId, length, bytes } = tensorTypes[type];
  const count = 4;

  it('is the first block that dequantises to NaN or infinity', () => {
    const byte = fc.oneof(
      { weight: 3, arbitrary: fc.nat(255) },
      { weight: 1, arbitrary: fc.constantFrom(0x7b, 0x7c, 0x7f, 0x80, 0xfb, 0xfc, 0xff) },
    );
    fc.assert(
      fc.property(fc.array(byte, { minLength: count * bytes, maxLength: count * bytes }), (data) => {
        const stored = Uint8Array.from(data);
        const values = new Float32Array(count * length);
        dequantise(type, stored, values);
        // The highest scales of some types are refused whatever they multiply.
        const isRefused = (at: number) => {
          const [first = 0, , third = 0, fourth = 0] = stored.subarray(Math.floor(at / length) * bytes);
          return type === 'MXFP4' ? first >= 252 : ggufId < 0 && ((fourth & 0x7f) << 8) + third >= 0x7800;
        };
        const first = values.findIndex((value, at) => !Number.isFinite(value) || isRefused(at));
        expect(firstNotFinite(type, stored)).toBe(first < 0 ? -1 : Math.floor(first / length));
      }),
      { numRuns: sampled(100, 200) },
    );
  });
});

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Writes one number over the tensor's number `index`; the tensor is F32, or F16 where the number is infinite. */
function spoil(path: string, name: string, index: number, value: number): void {
  const source = openSource(path);
  const { offset, type } = tensorOf(readGguf(source), name);
  source.close();
  expect(type === 'F32' || (type === 'F16' && value === Infinity), type).toBe(true);
  const bytes = type === 'F32' ? new Uint8Array(Float32Array.of(value).buffer) : Uint8Array.of(0, 0x7c);
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, offset + bytes.length * index);
  closeSync(file);
}

function tiny(): string {
  const { path, folder } = writeTinyModel();
  folders.push(folder);
  return path;
}

function family(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-finite-'));
  folders.push(folder);
  const path = join(folder, `${name}.gguf`);
  copyFileSync(fileURLToPath(new URL(`../../fixtures/families/${name}.gguf`, import.meta.url)), path);
  return path;
}

async function refusal(path: string): Promise<unknown> {
  const engine = localEngine();
  const error: unknown = await engine.load({ path }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  await engine.close();
  return error;
}

const told = (message: RegExp) => ({
  name: 'EngineError',
  code: 'model-damaged',
  message: expect.stringMatching(message) as string,
});

describe('a model with a number that is not finite', () => {
  it.each([NaN, Infinity, -Infinity])('is refused with %d in the embedding, by tensor and row', async (value) => {
    const path = tiny();
    spoil(path, 'token_embd.weight', 5 * 32 + 31, value);
    expect(await refusal(path)).toMatchObject(
      told(/token_embd\.weight\[5\] holds NaN or infinity\. “.*\.gguf” is damaged .*choose another model/),
    );
  });

  it.each([
    ['blk.0.attn_norm.weight', 3, /blk\.0\.attn_norm\.weight holds NaN or infinity\./],
    ['blk.1.attn_v.weight', 31 * 32, /blk\.1\.attn_v\.weight\[31\] holds NaN or infinity\./],
    ['blk.1.ffn_down.weight', 64 * 2 - 1, /blk\.1\.ffn_down\.weight\[1\] holds NaN or infinity\./],
    ['output_norm.weight', 0, /output_norm\.weight holds NaN or infinity\./],
  ])('is refused with one in %s', async (name, index, message) => {
    const path = tiny();
    spoil(path, name, index, NaN);
    expect(await refusal(path)).toMatchObject(told(message));
  });

  it('is refused with one in a position vector, though no text may ever reach it', async () => {
    const path = family('gpt2');
    const source = openSource(path);
    const [rows = 0, columns = 0] = tensorOf(readGguf(source), 'position_embd.weight').shape;
    source.close();
    spoil(path, 'position_embd.weight', rows * columns - 1, Infinity);
    expect(await refusal(path)).toMatchObject(
      told(new RegExp(`position_embd\\.weight\\[${rows - 1}\\] holds NaN or infinity\\.`)),
    );
  });

  it('is read where the numbers are large but finite', async () => {
    const path = tiny();
    spoil(path, 'token_embd.weight', 5 * 32, 1e5);
    expect(await refusal(path)).toBeUndefined();
  });
});
