import { readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import * as v from 'valibot';
import { filesBelow, isGguf, quietly, type FolderBudget, type FoundFile } from './folders';

const manifest = v.object({
  layers: v.array(v.object({ mediaType: v.string(), digest: v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/)) })),
});
const weights = 'application/vnd.ollama.image.model';
/** Manifests are some hundred bytes long. */
const largestManifest = 1024 * 1024;

/** The models of one of Ollama's stores as they are found, under the names that Ollama lists them by. */
export async function* ollamaModels(
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
