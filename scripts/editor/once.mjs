// Installing programs of the npm registry into the cache, once for all clones, so that `npm ci` of this repository
// stays small.
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unfinishedFolder } from '../unfinished.mjs';
import { cacheFolder } from './cache.mjs';
import { runQuietly } from './commands.mjs';

/**
 * @param {string} name of the folder; it has to hold every version, so that an older installation is never taken for
 * this one
 * @param {string} message said before anything is downloaded
 * @param {(folder: string) => Promise<void>} installInto
 * @param {(line: string) => void} say
 * @returns {Promise<string>} the folder's absolute path
 */
export async function installOnce(name, message, installInto, say) {
  const cache = cacheFolder();
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  say(message);
  const unfinished = await unfinishedFolder(folder);
  try {
    await installInto(unfinished.path);
    // The name is given last and at once, so a folder of that name is always whole.
    await rename(unfinished.path, folder);
  } catch (error) {
    // Another process may have been faster.
    if (!existsSync(folder)) throw error;
  } finally {
    await unfinished.remove();
  }
  return folder;
}

/**
 * @param {string} folder
 * @param {Record<string, string>} dependencies exact versions
 */
export async function writeManifest(folder, dependencies) {
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
}

/** npm as a person would start it: what an outer `npm test` left in the environment stays out. */
export function environmentOfNpm() {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([key]) => !/^npm_(package|lifecycle)_|^npm_config_(local_prefix|prefix)$|^INIT_CWD$/.test(key),
    ),
  );
}

/** What npm need not say. */
export const quietly = ['--no-audit', '--no-fund', '--loglevel=error'];

/**
 * Installs packages into a folder, without their scripts.
 * @param {string} folder
 * @param {Record<string, string>} dependencies exact versions
 * @param {string} what names the step for a person: "Installing …"
 */
export async function installPackages(folder, dependencies, what) {
  await writeManifest(folder, dependencies);
  const options = { cwd: folder, env: environmentOfNpm(), what };
  await runQuietly('npm', ['install', '--ignore-scripts', ...quietly], options);
}
