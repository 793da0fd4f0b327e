import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { askings, overwriting } from '../../fuzz/overwriting';
import { familyPath } from '../support/families';
import { sampled } from '../support/sample';

const folder = mkdtempSync(join(tmpdir(), 'vectorscope-overwritten-'));
afterAll(() => rmSync(folder, { recursive: true }));

it.each(['inspect', 'compare'] as const)(
  'a file that is overwritten while it loads gives the right numbers to “%s”, or a sentence',
  async (name) => {
    const model = familyPath('llama-3');
    const found = await overwriting(model, join(folder, 'copy.gguf'), sampled(6, 20), (engine, path) =>
      askings[name](engine, path, model),
    );
    expect(found.wrong).toEqual([]);
    expect(found.refused).toBeGreaterThan(0);
    // After the last read.
    expect(found.right).toBeGreaterThan(0);
  },
);
