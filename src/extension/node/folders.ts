import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The limit of a whole search. */
export interface FolderBudget {
  /** Folders and files that may still be looked at. */
  entries: number;
}

export interface FoundFile {
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
export async function filesBelow(
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
export async function isGguf(path: string): Promise<boolean> {
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
export const quietly = <T>(work: Promise<T>): Promise<T | null> =>
  work.then(
    (value) => value,
    () => null,
  );
