import { basename, dirname, join, resolve } from 'node:path';
import { encodings } from '../../shared/encodings';
import { EngineError } from '../../shared/errors';
import { said } from '../../shared/said';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { readFolderTokenizer, tokenizerFile } from '../tokenizer/tokenizerFolder';
import { openSource, type ByteSource } from '../weights/source';
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

  /** Of a GGUF file, a model's folder, or a `tokenizer.json` of any name. Throws as loading a model does. */
  async at(path: string): Promise<NamedTokenizer> {
    const key = keyOf(path);
    const read = this.#kept.get(key) ?? (await readNow(path));
    this.#kept.delete(key);
    this.#kept.set(key, read);
    for (const old of this.#kept.keys()) if (this.#kept.size > mostKept) this.#kept.delete(old);
    return read;
  }
}

/** The file of JSON with the tokenizer, whatever its name; undefined for a GGUF file. */
function jsonAt(path: string): string | undefined {
  const folder = modelFolderOf(path);
  if (folder !== undefined) return join(folder, tokenizerFile);
  return path.endsWith('.json') ? resolve(path) : undefined;
}

/** Changes with the file that holds the tokenizer. */
function keyOf(path: string): string {
  const source = sourceOf(path);
  const { bytes, changed } = source.file ?? { bytes: source.size, changed: 0 };
  source.close();
  return `${path}\n${bytes}\n${changed}`;
}

function sourceOf(path: string): ByteSource {
  try {
    return openSource(jsonAt(path) ?? path);
  } catch (error) {
    if (!(error instanceof EngineError && error.code === 'model-missing')) throw error;
    const known = `${encodings.join(', ')}, gpt-4o`;
    const sentence = said`There is no tokenizer at ${path}. Give a GGUF file, a folder, a tokenizer.json, or a name: ${known}.`;
    throw new EngineError('model-missing', sentence);
  }
}

async function readNow(path: string): Promise<NamedTokenizer> {
  const json = jsonAt(path);
  if (json === undefined) return ofModel(openModelFile(path));
  const [folder, file] = [dirname(json), basename(json)];
  const isGiven = path.endsWith(file);
  const model = isGiven ? null : modelIn(folder);
  if (model) return ofModel(model);
  const name = isGiven ? join(basename(folder), file) : basename(folder);
  return { name, tokenizer: readFolderTokenizer(folder, undefined, file) };
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
