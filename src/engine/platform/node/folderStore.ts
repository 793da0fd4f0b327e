import { closeSync, fstatSync, ftruncateSync, fsyncSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { renameSync, rmSync, statSync, writeSync, constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { EngineError, said } from '../../../shared/errors';
import type { FolderStore } from '../folderStore';

/** Milliseconds between attempts. On Windows a file that a virus scanner reads has no new name and is not deleted. */
const waits = process.platform === 'win32' ? [50, 200, 800, 2000] : [];
const held: readonly string[] = ['EBUSY', 'EPERM', 'EACCES'];

/** Tries again after each wait as long as another program holds the file. */
export async function unheld(work: () => void, again: readonly number[] = waits, wait = setTimeout): Promise<void> {
  for (const pause of again) {
    try {
      return work();
    } catch (error) {
      if (!held.includes(codeOf(error))) throw error;
      await wait(pause);
    }
  }
  work();
}

/** A folder of this machine. Each write opens the file anew, which takes some microseconds. */
export function folderStore(folder: string): FolderStore {
  const pathOf = (name: string) => join(folder, name);
  const doing = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw error instanceof EngineError ? error : unwritten(folder, codeOf(error));
    }
  };
  return {
    pathOf,
    length: (name) => doing(() => lengthOf(pathOf(name))),
    read: (name, longest) =>
      doing(() => {
        const length = lengthOf(pathOf(name));
        return length === null || length > longest ? null : new Uint8Array(readFileSync(pathOf(name)));
      }),
    write: (name, at, bytes) =>
      doing(() => {
        mkdirSync(dirname(pathOf(name)), { recursive: true });
        const file = openSync(pathOf(name), constants.O_RDWR | constants.O_CREAT, 0o644);
        try {
          if (fstatSync(file).size < at) throw replaced(pathOf(name));
          if (at === 0) ftruncateSync(file);
          for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done, bytes.length - done, at + done);
        } finally {
          closeSync(file);
        }
      }),
    finish: (name, complete) =>
      doing(() => {
        const file = openSync(pathOf(name), 'r+');
        try {
          // A name that is there after a power failure must not stand for bytes that are not.
          fsyncSync(file);
        } finally {
          closeSync(file);
        }
        return unheld(() => renameSync(pathOf(name), pathOf(complete)));
      }),
    remove: (name) => doing(() => unheld(() => rmSync(pathOf(name), { force: true }))),
  };
}

function lengthOf(path: string): number | null {
  const status = statSync(path, { throwIfNoEntry: false });
  return status?.isFile() ? status.size : null;
}

const replaced = (path: string): EngineError =>
  new EngineError('not-written', said`Another program changed ${path} while it was written. Try again.`);

function unwritten(folder: string, code: string): EngineError {
  return new EngineError(
    'not-written',
    code === 'ENOSPC' || code === 'EDQUOT'
      ? said`Nothing more can be written to ${folder}: the disk is full. Make room and try again; what was read is kept.`
      : code === 'EBUSY'
        ? said`Nothing more can be written to ${folder}: another program holds a file there (${code}). Close that program and try again.`
        : said`Nothing more can be written to ${folder}: the system refuses (${code}). Choose another folder.`,
  );
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
