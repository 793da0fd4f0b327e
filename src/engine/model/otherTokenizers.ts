import { platform } from '#platform';
import { basename, dirname, join } from 'node:path';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { readFolderTokenizer, tokenizerFile } from '../tokenizer/tokenizerFolder';
import { openSource } from '../weights/source';
import { openModelFile } from './modelFile';

export interface NamedTokenizer {
  readonly name: string;
  readonly tokenizer: Tokenizer;
}

/** A vocabulary of a quarter of a million tokens takes about 60 MB. */
const mostKept = 4;

/** Tokenizers of files beside the loaded model. The last few are kept as long as their files stay as they are. */
export class OtherTokenizers {
  readonly #kept = new Map<string, NamedTokenizer>();

  /** Of a GGUF file, a model's folder, or a `tokenizer.json`. Throws as loading a model does. */
  async at(path: string): Promise<NamedTokenizer> {
    const key = keyOf(path);
    const read = this.#kept.get(key) ?? (await readNow(path));
    this.#kept.delete(key);
    this.#kept.set(key, read);
    for (const old of this.#kept.keys()) if (this.#kept.size > mostKept) this.#kept.delete(old);
    return read;
  }
}

const isJson = (path: string): boolean => basename(path) === tokenizerFile;

/** Changes with the file that holds the tokenizer. */
function keyOf(path: string): string {
  const source = openSource(platform.isFolder(path) ? join(path, tokenizerFile) : path);
  const { bytes, changed } = source.file ?? { bytes: source.size, changed: 0 };
  source.close();
  return `${path}\n${bytes}\n${changed}`;
}

async function readNow(path: string): Promise<NamedTokenizer> {
  if (isJson(path)) {
    const folder = dirname(path);
    return { name: join(basename(folder), tokenizerFile), tokenizer: readFolderTokenizer(folder, undefined) };
  }
  if (platform.isFolder(path)) return { name: basename(path), tokenizer: readFolderTokenizer(path, undefined) };
  const { name, weights, readTokenizer } = openModelFile(path);
  try {
    return { name, tokenizer: await readTokenizer() };
  } finally {
    weights.close();
  }
}
