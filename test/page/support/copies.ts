import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { modelPath } from '../../unit/support/engine';
import { requantise, type Requantised } from '../../unit/support/requantise';

const made = new Map<string, string>();
let folder: string | undefined;

/** A copy of a model's file, of the default one's if none is named, in another type. It is deleted at the end. */
export function copyOf(type: Requantised, path = modelPath): string {
  const key = `${type} ${path}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  if (folder === undefined) {
    const own = (folder = mkdtempSync(join(tmpdir(), 'vectorscope-copies-')));
    process.once('exit', () => rmSync(own, { recursive: true, force: true }));
  }
  const copy = join(folder, `${basename(path).split('.')[0]}.${type}.gguf`);
  writeFileSync(copy, requantise(readFileSync(path), type));
  made.set(key, copy);
  return copy;
}
