import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unopened } from '../../../src/engine/platform/node/files';
import { readGguf } from '../../../src/engine/weights/gguf';
import { fromBytes, openSource, sha256 } from '../../../src/engine/weights/source';
import { defaultModel } from '../../../src/shared/defaultModel';

const inRepository = (path: string): URL => new URL(`../../../${path}`, import.meta.url);
const modelPath = fileURLToPath(inRepository(defaultModel.path));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vectorscope-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const inFolder = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const failing = (code: string, message: RegExp) =>
  expect.objectContaining({ name: 'EngineError', code, message: expect.stringMatching(message) });

describe('openFile', () => {
  it('reads ranges', () => {
    const source = openSource(
      inFolder(
        'ten',
        Uint8Array.from({ length: 10 }, (_, i) => i),
      ),
    );
    expect(source.size).toBe(10);
    expect(source.read(3, 4)).toEqual(Uint8Array.of(3, 4, 5, 6));
    expect(source.read(10, 0)).toEqual(new Uint8Array(0));
    source.close();
    source.close();
    expect(() => source.read(0, 1)).toThrow(failing('internal', /closed/));
  });

  it('says what to do when there is no file', () => {
    expect(() => openSource(join(folder, 'absent.gguf'))).toThrow(
      failing('model-missing', /no model file at .*absent\.gguf\. Choose another/),
    );
    expect(() => openSource(join(inFolder('plain', Uint8Array.of(1)), 'below.gguf'))).toThrow(
      failing('model-missing', /no model file at/),
    );
    expect(() => openSource(folder)).toThrow(failing('model-missing', /is not a file/));
    if (process.platform !== 'win32') {
      const pipe = join(folder, 'pipe.gguf');
      execFileSync('mkfifo', [pipe]);
      expect(() => openSource(pipe)).toThrow(failing('model-missing', /is not a file/));
    }
  });

  it('says why a path cannot be opened', () => {
    const loop = join(folder, 'loop.gguf');
    symlinkSync('loop.gguf', loop);
    expect(() => openSource(loop)).toThrow(failing('model-missing', /loop\.gguf is a link that points back to itself/));
    expect(() => openSource(join(folder, 'x'.repeat(300)))).toThrow(
      failing('model-missing', /^The path ….{299} is longer than the system allows/),
    );
    expect(() => openSource(join(folder, 'a\0b.gguf'))).toThrow(
      failing('model-missing', /a\uFFFDb\.gguf holds a character that no path can have/),
    );
    if (process.platform !== 'win32')
      expect(() => openSource('/dev/zero')).toThrow(failing('model-missing', /\/dev\/zero is not a file/));
    expect(unopened('/a.gguf', 'EACCES')).toEqual(
      failing('model-missing', /\/a\.gguf cannot be opened \(EACCES\)\. Check that you may read it/),
    );
    expect(unopened('/a.gguf', 'EIO')).toEqual(failing('model-missing', /\/a\.gguf cannot be opened \(EIO\)/));
  });

  it.each([
    ['became shorter', (path: string) => truncateSync(path, 5)],
    ['was overwritten', (path: string) => writeFileSync(path, new Uint8Array(10).fill(1))],
  ])('notices a file that %s, with the bytes before it too', (_, change) => {
    const path = inFolder('changing', new Uint8Array(10));
    // Written long ago: systems count the time in steps of some milliseconds.
    utimesSync(path, 1, 1);
    const source = openSource(path);
    expect(source.read(0, 2)).toHaveLength(2);
    change(path);
    expect(() => source.read(0, 2)).toThrow(failing('model-damaged', /has changed since it was loaded/));
    source.close();
  });
});

describe('a range that is not wholly inside', () => {
  it.each([
    [0, 11],
    [11, 0],
    [-1, 2],
    [5, -1],
    [0.5, 1],
    [2 ** 60, 1],
    [NaN, 1],
  ])('is refused: %d, %d', (offset, length) => {
    const source = openSource(inFolder('ten', new Uint8Array(10)));
    expect(() => source.read(offset, length)).toThrow(failing('model-damaged', /it has 10/));
    expect(() => fromBytes(new Uint8Array(10)).read(offset, length)).toThrow(failing('model-damaged', /it has 10/));
    source.close();
  });
});

describe('sha256', () => {
  it('is that of the standard for "abc"', async () => {
    expect(await sha256(fromBytes(Uint8Array.of(0x61, 0x62, 0x63)))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('of the default model is the one on its page', async () => {
    const page = readFileSync(inRepository('models/README.md'), 'utf8');
    const source = openSource(modelPath);
    const fractions: number[] = [];
    const found = await sha256(source, async (fraction) => {
      fractions.push(fraction);
    });
    expect(page).toContain(`| SHA-256 | \`${found}\` |`);
    expect(found).toBe(defaultModel.sha256);
    source.close();
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });
});

describe('the default model', () => {
  it('is read by range: its header and no more', () => {
    const file = openSource(modelPath);
    let bytes = 0;
    const weights = readGguf({
      size: file.size,
      read: (offset, length) => {
        bytes += length;
        return file.read(offset, length);
      },
      close: () => file.close(),
    });
    expect(bytes).toBeLessThan(4 * 1024 * 1024);
    expect(weights.tensors.size).toBe(272);
    expect(weights.tensors.get('token_embd.weight')).toMatchObject({ shape: [49152, 576], type: 'Q8_0' });
    const last = [...weights.tensors.values()].reduce(
      (end, { offset, byteLength }) => Math.max(end, offset + byteLength),
      0,
    );
    expect(last).toBe(weights.fileBytes);
    weights.close();
  });
});
