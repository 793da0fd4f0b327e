// Folders that are gone when this process is, however it ends.
import { realpathSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @type {Set<string>} */
const folders = new Set();
process.on('exit', () => {
  for (const path of folders) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
});

/**
 * On a Mac the system's folder is a link, and Windows may shorten its name (`RUNNER~1`). An editor tells changes of
 * files by the full path, so the folder has that.
 * @param {string} purpose part of the folder's name
 * @returns {Promise<{ path: string, remove(): Promise<void> }>}
 */
export async function temporaryFolder(purpose) {
  const path = await mkdtemp(join(realpathSync.native(tmpdir()), `vectorscope-${purpose}-`));
  folders.add(path);
  return {
    path,
    async remove() {
      // What just ended may still write its last file.
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
      folders.delete(path);
    },
  };
}
