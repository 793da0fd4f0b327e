// Opens an editor with the extension and a document to try it on: an installed VS Code, or else one that runs in the
// browser.
import { spawn } from 'node:child_process';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildAll } from './build.mjs';
import { cacheFolder } from './editor/cache.mjs';
import { which } from './editor/commands.mjs';
import { findDesktop } from './editor/desktop.mjs';
import { startEditor } from './editor/server.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const usage = `npm start -- [options]
  --code-server  opens an editor in the browser, also where VS Code is installed
  --port N       the same, at this port
  --debugging    with source maps, and an engine that a debugger can reach`;

/** An editor opens a file of this name by itself, as text, wherever no other was open before. */
const document = 'readme.markdown';

/** Gives the person a copy of the sample, so that trying things out leaves the tree clean. */
async function sampleFolder() {
  const folder = join(cacheFolder(), 'sample');
  await mkdir(folder, { recursive: true });
  await copyFile(join(root, 'media', 'sample.md'), join(folder, document));
  return folder;
}

/**
 * Settles when the window was asked for; it belongs to the person from then on.
 * @param {import('./editor/desktop.mjs').Desktop} desktop
 * @param {string} folder
 * @returns {Promise<void>}
 */
function openDesktop({ cli }, folder) {
  console.log('Opening VS Code with Vectorscope in it (npm start -- --code-server opens one in the browser instead).');
  // VS Code refuses root without these two.
  const asRoot =
    process.getuid?.() === 0 ? ['--no-sandbox', '--user-data-dir', join(cacheFolder(), 'desktop-root')] : [];
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, ...asRoot, folder, join(folder, document)];
  const windows = process.platform === 'win32';
  const window = windows
    ? spawn(
        `"${cli}"`,
        args.map((arg) => `"${arg}"`),
        { stdio: 'inherit', shell: true },
      )
    : spawn(cli, args, { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    window.on('error', reject);
    window.on('close', (code) =>
      code === 0
        ? resolve()
        : reject(new Error(`VS Code ended with exit code ${code}: try npm start -- --code-server.`)),
    );
  });
}

/**
 * @param {string} folder
 * @param {number | undefined} port
 */
async function openInBrowser(folder, port) {
  const interruption = interrupted();
  const editor = await startEditor({
    extension: root,
    folder,
    settings: { 'workbench.startupEditor': 'readme' },
    ...(port !== undefined && { port }),
  });
  console.log(`Vectorscope runs in VS Code at\n\n  ${editor.url}\n\nPress Ctrl+C to stop it.`);
  const opener = process.env.DISPLAY || process.env.WAYLAND_DISPLAY ? which('xdg-open') : undefined;
  if (opener)
    spawn(opener, [editor.url], { stdio: 'ignore', detached: true })
      .on('error', () => {})
      .unref();
  const ended = await Promise.race([interruption, editor.exited.then(() => 'ended')]);
  await editor.stop();
  if (ended === 'ended') throw new Error(`The editor's server ended. Its last words:\n${editor.log()}`);
}

/** @returns {Promise<void>} settles at Ctrl+C */
function interrupted() {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve());
  });
}

/** @param {string | undefined} text */
function portFrom(text) {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Error(`The port "${text}" is not a whole number from 1 to 65535: name a free one.`);
  return port;
}

try {
  const { values } = parseArgs({
    options: {
      'code-server': { type: 'boolean', default: false },
      // With source maps, and an engine that a debugger can reach: see DEBUGGING.md.
      debugging: { type: 'boolean', default: false },
      port: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit();
  }
  const port = portFrom(values.port);
  await buildAll(values.debugging);
  const desktop = values['code-server'] || port !== undefined ? undefined : findDesktop();
  const folder = await sampleFolder();
  if (desktop) await openDesktop(desktop, folder);
  else await openInBrowser(folder, port);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
