import { basename, join } from 'node:path';
import { defaultModel } from '../shared/defaultModel';
import { wholeName } from '../shared/modelName';

/** A model on this machine: a file, or a folder as on Hugging Face. */
export interface FoundModel {
  readonly path: string;
  readonly name: string;
  /** The path ends in a meaningless name, so a load needs this one. */
  readonly named: boolean;
}

/** The path of the model that ships inside. */
export const defaultPath = (extensionPath: string): string => join(extensionPath, defaultModel.path);

/** A snapshot's folder in Hugging Face's cache. Its name is a hash. */
export const snapshot = /[\\/]models--([^\\/]+?)--([^\\/]+)[\\/]snapshots[\\/][^\\/]+$/;

/**
 * A model's name from its path: a file without its ending and the number of its part, a folder, or a repository's owner
 * and name.
 */
export function nameInPath(path: string): Pick<FoundModel, 'name' | 'named'> {
  const [, owner, name] = snapshot.exec(path) ?? [];
  if (owner !== undefined && name !== undefined && !/\.gguf$/i.test(path))
    return { name: `${owner}/${name}`, named: true };
  return { name: wholeName(basename(path)).replace(/\.gguf$/i, ''), named: false };
}

/**
 * A path as the editor writes it on Windows: `c:\\a`, where other programs write `C:\\a` or `C:/a`. The list of models
 * compares paths, so one file must have one spelling.
 */
export const asEditorWrites = (path: string): string =>
  /^[a-z]:[\\/]/i.test(path) ? path.slice(0, 1).toLowerCase() + path.slice(1).replaceAll('/', '\\') : path;

/**
 * Whether a text is an address, which names its file system before the path: `vscode-remote://host/a.gguf`. One letter
 * would be a drive.
 */
export const isAddress = (text: string): boolean => /^[a-z][a-z\d+.-]+:\//i.test(text);
