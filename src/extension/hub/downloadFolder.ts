import { isAbsolute, join, relative, sep } from 'node:path';
import type { HubFile, HubListing } from '../../shared/hub';

/** The folder that a whole model is fetched into: one for each, so that it can be deleted without its neighbours. */
export const downloadFolder = (folder: string, repository: string, file: string): string =>
  join(folder, encodeURIComponent(`${repository}/${file}`));

/** The folder that holds a fetched model and nothing else; `null` if the path lies elsewhere. */
export function folderOf(folder: string, path: string): string | null {
  const inside = relative(folder, path);
  const [first = ''] = inside.split(sep);
  return first === '' || first === '..' || isAbsolute(inside) ? null : join(folder, first);
}

/** What a fetched model is called: `owner/name · Q4_K_M`, with its file's name where several would be called so. */
export function downloadName(
  { repository, files }: Pick<HubListing, 'repository' | 'files'>,
  { kind, name, quantisation }: HubFile,
): string {
  if (kind === 'safetensors') return repository;
  const isAlone = files.filter((other) => other.quantisation === quantisation).length === 1;
  return `${repository} · ${quantisation !== null && isAlone ? quantisation : name.replace(/\.gguf$/i, '')}`;
}
