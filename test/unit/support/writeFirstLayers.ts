import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelPath } from './engine';
import { firstLayers } from './firstLayers';

/** Writes the default model's first layers to a file of their own. Whoever asks deletes the folder. */
export function writeFirstLayers(count: number): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-layers-'));
  const path = join(folder, 'first.gguf');
  writeFileSync(path, firstLayers(readFileSync(modelPath), count));
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}
