import { basename, dirname, join } from 'node:path';
import { EngineError } from '../../shared/errors';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { readFolderTokenizer, tokenizerFile } from '../tokenizer/tokenizerFolder';
import { openSource } from '../weights/source';
import { modelFolderOf, openModelFile, type ModelFile } from './modelFile';

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

/** The folder that holds a `tokenizer.json`; undefined for a GGUF file. */
const folderAt = (path: string): string | undefined =>
  basename(path) === tokenizerFile ? dirname(path) : modelFolderOf(path);

/** Changes with the file that holds the tokenizer. */
function keyOf(path: string): string {
  const folder = folderAt(path);
  const source = openSource(folder === undefined ? path : join(folder, tokenizerFile));
  const { bytes, changed } = source.file ?? { bytes: source.size, changed: 0 };
  source.close();
  return `${path}\n${bytes}\n${changed}`;
}

async function readNow(path: string): Promise<NamedTokenizer> {
  const folder = folderAt(path);
  if (folder === undefined) return ofModel(openModelFile(path));
  const isJson = basename(path) === tokenizerFile;
  const file = isJson ? null : modelIn(folder);
  if (file) return ofModel(file);
  const name = isJson ? join(basename(folder), tokenizerFile) : basename(folder);
  return { name, tokenizer: readFolderTokenizer(folder, undefined) };
}

/** null if the folder has no weights that can be read. */
function modelIn(folder: string): ModelFile | null {
  try {
    return openModelFile(folder);
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  }
}

/** As the model is loaded: tokens beyond the rows of a folder's model are left out. */
async function ofModel({ name, weights, readTokenizer }: ModelFile): Promise<NamedTokenizer> {
  try {
    return { name, tokenizer: await readTokenizer() };
  } finally {
    weights.close();
  }
}
