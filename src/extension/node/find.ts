import { readFile, realpath, stat, open, readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import * as v from 'valibot';
import { isCancelled } from '../../shared/errors';
import { orAborted } from '../../shared/signal';
import { nameInPath, snapshot, type FoundModel } from '../modelPath';
import type { ModelPlaces } from './places';

/** The limit of a whole search. */
interface FolderBudget {
  /** Folders and files that may still be looked at. */
  entries: number;
}

interface FoundFile {
  readonly path: string;
  /** Without any symbolic link: one file found twice has one. */
  readonly real: string;
}

/** Folders inside a folder, the folder itself counted: Hugging Face's cache needs five. */
const deepest = 8;

/**
 * Files below a folder that satisfy `wanted`, in the order of their names. Skips what cannot be read, and enters each
 * folder once. `tell` hears of each file as it is found.
 */
async function filesBelow(
  folder: string,
  wanted: (name: string) => boolean,
  budget: FolderBudget,
  tell: (file: FoundFile) => void = () => undefined,
): Promise<readonly FoundFile[]> {
  const found: FoundFile[] = [];
  const entered = new Set<string>();

  const enter = async (path: string, depth: number): Promise<void> => {
    const real = await quietly(realpath(path));
    if (real === null || entered.has(real) || depth > deepest) return;
    entered.add(real);
    for (const { name } of await listed(path)) {
      if (budget.entries-- <= 0) return;
      const inside = join(path, name);
      // A link may lead to a folder, to a file or nowhere.
      const status = await quietly(stat(inside));
      if (status?.isDirectory()) await enter(inside, depth + 1);
      else if (status?.isFile() && wanted(name)) {
        const file = { path: inside, real: (await quietly(realpath(inside))) ?? inside };
        found.push(file);
        tell(file);
      }
    }
  };
  await enter(folder, 1);
  return found;
}

/** Whether a file begins as GGUF files do. */
async function isGguf(path: string): Promise<boolean> {
  const file = await quietly(open(path, 'r'));
  if (!file) return false;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString('latin1') === 'GGUF';
  } catch {
    return false;
  } finally {
    await quietly(file.close());
  }
}

const listed = async (path: string) =>
  ((await quietly(readdir(path, { withFileTypes: true }))) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));

/** null if it fails: other programs' folders may be closed to us, or change while we look. */
const quietly = <T>(work: Promise<T>): Promise<T | null> =>
  work.then(
    (value) => value,
    () => null,
  );

const manifest = v.object({
  layers: v.array(v.object({ mediaType: v.string(), digest: v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/)) })),
});
const weights = 'application/vnd.ollama.image.model';
/** Manifests are some hundred bytes long. */
const largestManifest = 1024 * 1024;

/** The models of one of Ollama's stores as they are found, under the names that Ollama lists them by. */
async function* ollamaModels(
  store: string,
  budget: FolderBudget,
): AsyncGenerator<FoundFile & { readonly name: string }> {
  const root = join(store, 'manifests');
  for (const { path } of await filesBelow(root, () => true, budget)) {
    const digest = await weightsOf(path);
    const name = ollamaName(relative(root, path).split(sep));
    if (digest === null || name === null) continue;
    const blob = join(store, 'blobs', digest.replace(':', '-'));
    if (await isGguf(blob)) yield { name, path: blob, real: (await quietly(realpath(blob))) ?? blob };
  }
}

async function weightsOf(path: string): Promise<string | null> {
  const status = await quietly(stat(path));
  if (!status || status.size > largestManifest) return null;
  const text = await quietly(readFile(path, 'utf8'));
  return text === null ? null : weightsIn(text);
}

/** The digest of the weights that a manifest names; null if it names none or is not a manifest. */
export function weightsIn(text: string): string | null {
  try {
    const read = v.safeParse(manifest, JSON.parse(text));
    return (read.success && read.output.layers.find(({ mediaType }) => mediaType === weights)?.digest) || null;
  } catch {
    return null;
  }
}

/**
 * `registry.ollama.ai/library/llama3.2/1b` is llama3.2:1b; another registry and another owner stay in the name.
 * null if the path is not a manifest's.
 */
export function ollamaName(parts: readonly string[]): string | null {
  const [registry, owner, model, tag] = parts;
  if (registry === undefined || owner === undefined || model === undefined || tag === undefined || parts.length !== 4)
    return null;
  return `${registry === 'registry.ollama.ai' ? '' : `${registry}/`}${owner === 'library' ? '' : `${owner}/`}${model}:${tag}`;
}

/** Upper limits: longer lists would be unreadable. */
const mostModels = 200;
const mostEntries = 20_000;

/**
 * Model files in the places that are given, each once, the first place first. Settles whatever the places hold. When
 * the signal is aborted, settles at once with the models that were found until then, even if a disk does not answer.
 */
export async function findModels(
  { ollama, folders }: ModelPlaces,
  budget: FolderBudget = { entries: mostEntries },
  signal?: AbortSignal,
): Promise<readonly FoundModel[]> {
  const models = new Map<string, FoundModel>();
  const keep = (real: string, model: FoundModel) => {
    if (!models.has(real) && models.size < mostModels) models.set(real, model);
  };
  const search = async () => {
    for (const store of ollama)
      for await (const { path, real, name } of ollamaModels(store, budget)) keep(real, { path, name, named: true });
    for (const folder of folders) {
      const keepFile = ({ path, real }: FoundFile) => {
        if (isModelFile(basename(path))) keep(real, { path, ...nameInPath(path) });
      };
      const files = await filesBelow(folder, (name) => isModelFile(name) || isOfFolder(name), budget, keepFile);
      for (const path of await modelFolders(files))
        keep((await quietly(realpath(path))) ?? path, { path, ...nameInPath(path) });
    }
  };
  // Ends the work that nobody waits for any more.
  signal?.addEventListener('abort', () => void (budget.entries = 0));
  try {
    await orAborted(search(), signal);
  } catch (error) {
    if (!isCancelled(error)) throw error;
  }
  return [...models.values()];
}

/** For a model in several files, accepts only the first. Rejects vision projectors, which have no vocabulary. */
export const isModelFile = (name: string): boolean =>
  /\.gguf$/i.test(name) && !/^mmproj/i.test(name) && !/-(?!0*1-of-)\d+-of-\d+\.gguf$/i.test(name);

const isOfFolder = (name: string): boolean => name === 'config.json' || name.endsWith('.safetensors');

/**
 * Folders that hold a configuration and weights. Of one repository in Hugging Face's cache the snapshot that it calls
 * main, or else the first.
 */
async function modelFolders(files: readonly FoundFile[]): Promise<readonly string[]> {
  const holding = (fits: (name: string) => boolean) =>
    new Set(files.filter(({ path }) => fits(basename(path))).map(({ path }) => dirname(path)));
  const weights = holding((name) => name.endsWith('.safetensors'));
  const folders = new Map<string, string>();
  for (const folder of holding((name) => name === 'config.json')) {
    if (!weights.has(folder)) continue;
    const repository = snapshot.test(folder) ? dirname(dirname(folder)) : folder;
    const main = folder === repository ? null : await quietly(readFile(join(repository, 'refs', 'main'), 'utf8'));
    if (!folders.has(repository) || main?.trim() === basename(folder)) folders.set(repository, folder);
  }
  return [...folders.values()];
}
