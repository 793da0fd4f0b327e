import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isCancelled } from '../../shared/errors';
import { orAborted } from '../../shared/orAborted';
import { nameInPath, snapshot, type FoundModel } from '../modelPath';
import { filesBelow, quietly, type FolderBudget, type FoundFile } from './folders';
import { ollamaModels } from './ollama';
import type { ModelPlaces } from './places';

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
