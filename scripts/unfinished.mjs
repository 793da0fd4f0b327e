// Folders in which something is made before it gets its name, so that what has the name is always whole.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Nothing takes this long to make. */
const longest = 24 * 60 * 60_000;

/**
 * Makes an empty folder beside the one that is meant. Those that ended processes left there are removed.
 * @param {string} target the path of what is made; its own folder is made where it is missing
 * @returns {Promise<{ path: string, remove(): Promise<void> }>}
 */
export async function unfinishedFolder(target) {
  const parent = dirname(target);
  await mkdir(parent, { recursive: true });
  await removeAbandoned(parent);
  const path = `${target}.${process.pid}-${beginningOf(process.pid)}.${randomUUID().slice(0, 8)}.unfinished`;
  await mkdir(path);
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/**
 * Removes the folders that killed processes left behind.
 * @param {string} parent
 */
export async function removeAbandoned(parent) {
  for (const entry of await readdir(parent)) {
    // Earlier versions noted the process alone.
    const [, pid, beginning] = /\.(\d+)(?:-(\d+)\.\w+)?\.unfinished$/.exec(entry) ?? [];
    if (!pid) continue;
    const path = join(parent, entry);
    if (!(await isInUse(path, Number(pid), beginning))) await rm(path, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * @param {string} path
 * @param {number} pid
 * @param {string | undefined} beginning
 */
async function isInUse(path, pid, beginning) {
  const now = beginningOf(pid);
  if (now === undefined || (beginning !== undefined && Number(beginning) !== now)) return false;
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs < longest;
}

/**
 * Tells a process from a later one that was given its id.
 * @param {number} pid
 * @returns {number | undefined} when it began, in ticks of the system's clock; 0 where the system does not say,
 * undefined where there is none
 */
export function beginningOf(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // It may be another user's.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return undefined;
  }
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in parentheses, which may hold spaces and parentheses. The beginning is
    // field 22.
    return Number(fields.slice(fields.lastIndexOf(')') + 2).split(' ')[19]);
  } catch {
    return 0;
  }
}
