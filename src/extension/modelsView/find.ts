import { basename } from 'node:path';
import { filesBelow, type Budget } from './folders';
import { ollamaModels } from './ollama';
import type { Places } from './places';

/** A model file on this machine. */
export interface FoundModel {
  readonly path: string;
  readonly name: string;
  /** The file has a name that says nothing, so whoever loads it has to be told this one. */
  readonly named: boolean;
}

/** More entries than this are no list any more. */
const mostModels = 200;
const mostEntries = 20_000;

/** Model files in the places that are given, each once, the first place first. Settles whatever the places hold. */
export async function findModels({ ollama, folders }: Places, budget: Budget = { entries: mostEntries }): Promise<readonly FoundModel[]> {
  const models = new Map<string, FoundModel>();
  const keep = (real: string, model: FoundModel) => {
    if (!models.has(real) && models.size < mostModels) models.set(real, model);
  };
  for (const store of ollama) for (const { path, real, name } of await ollamaModels(store, budget)) keep(real, { path, name, named: true });
  for (const folder of folders) for (const { path, real } of await filesBelow(folder, isModelFile, budget)) keep(real, { path, name: fileName(path), named: false });
  return [...models.values()];
}

/** Of a model in several files only the first; no vision projector, which has no vocabulary. */
export const isModelFile = (name: string): boolean => /\.gguf$/i.test(name) && !/^mmproj/i.test(name) && !/-(?!0*1-of-)\d+-of-\d+\.gguf$/i.test(name);

export const fileName = (path: string): string => basename(path).replace(/\.gguf$/i, '');
