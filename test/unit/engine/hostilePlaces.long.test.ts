import { execFileSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { failing } from '../support/failing';
import { join as joined, string, u32, u64, valueTypes } from '../support/ggufWriter';

// Paths that lead to no model, and a file that is small on the disk only: whatever is asked of them ends in a sentence.

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'vectorscope-places-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const at = (...parts: readonly string[]) => join(scratch, ...parts);
const engine = localEngine();

async function refused(path: string, code: string, message: RegExp): Promise<void> {
  await expect(engine.describe({ path })).rejects.toEqual(failing(code, message));
  await expect(engine.load({ path, threads: 1 })).rejects.toEqual(failing(code, message));
}

describe.runIf(process.platform !== 'win32')('a path that leads to no file is refused:', () => {
  it('a loop of links', () => {
    symlinkSync('two.gguf', at('one.gguf'));
    symlinkSync('one.gguf', at('two.gguf'));
    return refused(at('one.gguf'), 'model-missing', /points back to itself/);
  });
  it('a way through a loop of links', () => {
    symlinkSync('around', at('around'));
    return refused(at('around', 'model.gguf'), 'model-missing', /points back to itself/);
  });
  it('a name that is too long', () =>
    refused(at(`${'m'.repeat(300)}.gguf`), 'model-missing', /longer than the system allows/));
  it('a path that is too long', () =>
    refused(`/${'folder/'.repeat(1000)}m.gguf`, 'model-missing', /longer than the system allows/));
  it('a NUL', () => refused(at('a\0.gguf'), 'model-missing', /no path can have/));
  it('a NUL in a folder of a config', () => refused(at('a\0', 'config.json'), 'model-missing', /no config\.json in/));
  it('nothing at all', () => refused('', 'model-missing', /There is no model file at/));
  it('a device', () => refused('/dev/zero', 'model-missing', /is not a file/));
  it('a pipe that nobody writes to', () => {
    execFileSync('mkfifo', [at('pipe.gguf')]);
    return refused(at('pipe.gguf'), 'model-missing', /is not a file/);
  });
  it('a folder that is no model', () => {
    mkdirSync(at('empty.gguf'));
    return refused(at('empty.gguf'), 'model-missing', /no config\.json in/);
  });
});

describe.runIf(process.platform !== 'win32')('a folder is refused in which', () => {
  /** A copy of a sound folder with something else in the place of a file. */
  function folderWith(file: string, make: (path: string) => void): string {
    const folder = mkdtempSync(at('model-'));
    cpSync(join(fixtures, 'folders/qwen3-bf16'), folder, { recursive: true });
    rmSync(join(folder, file), { force: true });
    make(join(folder, file));
    return folder;
  }
  const others: readonly (readonly [string, (path: string) => void])[] = [
    ['a folder', (path) => mkdirSync(path)],
    ['a pipe', (path) => void execFileSync('mkfifo', [path])],
    ['a device', (path) => symlinkSync('/dev/zero', path)],
  ];
  for (const file of ['config.json', 'model.safetensors.index.json', 'model-00001-of-00002.safetensors']) {
    it.each(others)(`${file} is %s`, (_, make) => refused(folderWith(file, make), 'model-missing', /is not a file/));
    it(`${file} is a loop of links`, () =>
      refused(
        folderWith(file, (path) => symlinkSync(path, path)),
        'model-missing',
        /points back to itself|There is no/,
      ));
  }
  it.each(others)('tokenizer.json is %s', async (_, make) => {
    await expect(engine.load({ path: folderWith('tokenizer.json', make), threads: 1 })).rejects.toEqual(
      failing('model-missing', /is not a file/),
    );
  });
});

describe('a file that is small on the disk only', () => {
  /** Entries with holes between them; `after` bytes of each are zeros that nobody wrote. */
  function sparse(name: string, count: number, entry: (i: number) => Uint8Array, after: number): string {
    const path = at(name);
    const file = openSync(path, 'w');
    const header = joined(new TextEncoder().encode('GGUF'), u32(3), u64(0n), u64(BigInt(count)));
    writeSync(file, header, 0, header.length, 0);
    let place = header.length;
    for (let i = 0; i < count; i++) {
      const bytes = entry(i);
      writeSync(file, bytes, 0, bytes.length, place);
      place += bytes.length + after;
    }
    ftruncateSync(file, place);
    closeSync(file);
    return path;
  }

  it.each<readonly [string, (i: number) => Uint8Array, number]>([
    ['texts', (i) => joined(string(`k${i}`), u32(valueTypes.string), u64(2n ** 24n)), 2 ** 24],
    ['numbers', (i) => joined(string(`k${i}`), u32(valueTypes.array), u32(valueTypes.f64), u64(2n ** 22n)), 2 ** 25],
  ])('is refused before its %s fill the memory', async (what, entry, after) => {
    const path = sparse(`${what}.gguf`, 400, entry, after);
    expect(statSync(path).size).toBeGreaterThan(6e9);
    const peak = process.resourceUsage().maxRSS;
    await refused(path, 'model-damaged', /\(Σ bytes\) is \d+; expected: ≤ 268435456/);
    // KiB. The texts that were kept, and those that were on their way.
    expect(process.resourceUsage().maxRSS - peak).toBeLessThan(600 * 2 ** 10);
  });

  it('is refused where the headers of a folder together are too long', async () => {
    const folder = at('headers');
    mkdirSync(folder);
    writeFileSync(join(folder, 'config.json'), '{"model_type":"llama"}');
    const places: Record<string, string> = {};
    for (let i = 0; i < 20; i++) {
      const header = new TextEncoder().encode(
        `{"t${i}":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`.padEnd(2 ** 21),
      );
      writeFileSync(join(folder, `${i}.safetensors`), joined(u64(BigInt(header.length)), header, new Uint8Array(4)));
      places[`t${i}`] = `${i}.safetensors`;
    }
    writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: places }));
    await refused(folder, 'model-damaged', /16\.safetensors: header \(Σ bytes\) is \d+; expected: ≤ 33554432/);
  });
});
