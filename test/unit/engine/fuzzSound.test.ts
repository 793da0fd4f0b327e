import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { examine } from '../../fuzz/examine';
import { soundFiles } from '../../fuzz/ggufDraft';

// What the mutators begin with: were it refused, or its numbers taken for wrong, mutations would show nothing.

const folders = fileURLToPath(new URL('../../fixtures/folders/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'vectorscope-sound-'));
afterAll(() => rmSync(scratch, { recursive: true }));

it.each([...new Set(soundFiles())].map((file) => [file.name, file] as const))(
  '%s runs before it is changed',
  async (_, { bytes }) => {
    const path = join(scratch, 'sound.gguf');
    writeFileSync(path, bytes);
    expect(await examine(path)).toEqual({ ended: 'ran', faults: [] });
  },
);

it.each(readdirSync(folders).filter((name) => name !== 'configs'))(
  'the folder %s runs before it is changed',
  async (name) => {
    expect(await examine(join(folders, name))).toEqual({ ended: 'ran', faults: [] });
  },
);
