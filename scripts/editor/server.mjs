// Starts VS Code as a web server on this machine, with the extension in it and with folders of its own.
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runQuietly } from './commands.mjs';
import { installCodeServer } from './install.mjs';
import { startGroup } from './processes.mjs';
import { temporaryFolder } from './temporary.mjs';

/**
 * @typedef {object} EditorOptions
 * @property {string} [extension] a development folder, or a .vsix file to install
 * @property {(extensions: string) => Promise<void>} [installed] does something to a .vsix file that was installed,
 * before the editor starts
 * @property {string} folder the folder that the editor opens
 * @property {number} [port] any free one by default
 * @property {boolean} [smokeTest] lets tests run in the extension host; notifications are not shown then
 * @property {Record<string, unknown>} [settings] user settings besides the quiet ones
 * @property {string} [userDir] where data, settings and extensions are kept; by default a temporary folder that `stop`
 * removes
 * @property {NodeJS.ProcessEnv} [environment] added to the server's environment, which the extension host inherits
 *
 * @typedef {object} Editor
 * @property {string} origin `http://127.0.0.1:PORT`
 * @property {string} url the address of the folder
 * @property {number} port
 * @property {string} userDir
 * @property {Promise<void>} exited settles when the server has ended, for whatever reason
 * @property {() => string} log the last lines that the server printed
 * @property {() => Promise<void>} stop ends the server with its children and removes the temporary folder
 */

/** Nothing opens, asks, or calls another machine. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'chat.disableAIFeatures': true,
  // The other source looks at every process of the machine, every two seconds, in the thread of the extensions.
  'remote.autoForwardPortsSource': 'output',
};

/**
 * @param {EditorOptions} options
 * @returns {Promise<Editor>}
 */
export async function startEditor({
  extension,
  installed = async () => undefined,
  folder,
  port,
  smokeTest = false,
  settings = {},
  userDir,
  environment = {},
}) {
  const { node, entry } = await installCodeServer();
  const temporary = userDir === undefined ? await temporaryFolder('editor') : undefined;
  const data = temporary?.path ?? resolve(/** @type {string} */ (userDir));
  const removeData = async () => temporary?.remove();
  try {
    const extensions = extensionsIn(data);
    const settingsOf = async (/** @type {string} */ kind, /** @type {Record<string, unknown>} */ values) => {
      await mkdir(join(data, 'user', kind), { recursive: true });
      await writeFile(join(data, 'user', kind, 'settings.json'), JSON.stringify(values, null, 2));
    };
    await settingsOf('User', { ...quietSettings, ...settings });
    // Settings of the scope "machine" are read here alone.
    await settingsOf('Machine', settings);
    await prepare(data);
    if (extension?.endsWith('.vsix')) {
      await installed(await install(extension, data));
    } else if (extension) {
      await linkExtension(resolve(extension), extensions);
    }

    const chosenPort = port ?? (await freePort());
    const origin = `http://127.0.0.1:${chosenPort}`;
    const quiet = [
      '--auth',
      'none',
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-workspace-trust',
      '--disable-getting-started-override',
    ];
    const test = smokeTest ? ['--vscode-option', 'enable-smoke-test-driver'] : [];
    const server = startGroup(
      node,
      [entry, '--bind-addr', `127.0.0.1:${chosenPort}`, ...quiet, ...test, ...foldersIn(data)],
      { env: { ...environmentFor(data), ...environment } },
    );
    const stop = async () => {
      await server.stop();
      await removeData();
    };
    try {
      await untilHealthy(origin, server);
    } catch (error) {
      await server.stop();
      throw error;
    }
    const url = `${origin}/?folder=${encodeURIComponent(resolve(folder))}`;
    return { origin, url, port: chosenPort, userDir: data, exited: server.exited, log: server.tail, stop };
  } catch (error) {
    await removeData();
    throw error;
  }
}

/**
 * Unpacks a .vsix file as the editor installs it.
 * @param {string} vsix
 * @param {string} data the editor's folder
 * @returns {Promise<string>} the folder with the extension in a folder of its own
 */
export async function install(vsix, data) {
  const { node, entry } = await installCodeServer();
  await prepare(data);
  await runQuietly(node, [entry, ...foldersIn(data), '--install-extension', resolve(vsix)], {
    env: environmentFor(data),
    what: 'Installing the extension',
  });
  return extensionsIn(data);
}

const extensionsIn = (/** @type {string} */ data) => join(data, 'extensions');
const foldersIn = (/** @type {string} */ data) => [
  '--user-data-dir',
  join(data, 'user'),
  '--extensions-dir',
  extensionsIn(data),
  '--config',
  join(data, 'config.yaml'),
];

/** @param {string} data */
async function prepare(data) {
  await mkdir(extensionsIn(data), { recursive: true });
  await writeFile(join(data, 'config.yaml'), '');
}

/**
 * Our own environment without what an outer editor or npm put there, without a marketplace, and with all data in one
 * folder.
 * @param {string} data
 */
function environmentFor(data) {
  const inherited = Object.entries(process.env).filter(
    ([key]) => !/^(VSCODE|ELECTRON|VITEST|npm)_|^(NODE_OPTIONS|NODE_ENV|PORT|PASSWORD|HASHED_PASSWORD)$/.test(key),
  );
  return {
    ...Object.fromEntries(inherited),
    EXTENSIONS_GALLERY: '{}',
    XDG_DATA_HOME: join(data, 'data'),
    XDG_CONFIG_HOME: join(data, 'config'),
  };
}

/**
 * The editor takes any folder with a manifest among its extensions; a link saves the copy.
 * @param {string} source
 * @param {string} extensions
 */
async function linkExtension(source, extensions) {
  const { publisher, name, version } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'));
  await rm(join(extensions, `${publisher}.${name}-${version}`), { force: true });
  await symlink(source, join(extensions, `${publisher}.${name}-${version}`));
}

/** @returns {Promise<number>} one that nothing listens on */
export function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.on('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? done(address.port) : fail(new Error('The system gave no free port.')),
      );
    });
  });
}

/**
 * @param {string} origin
 * @param {import('./processes.mjs').Group} server
 */
async function untilHealthy(origin, server) {
  const deadline = Date.now() + 60_000;
  let ended = false;
  void server.exited.then(() => (ended = true));
  while (Date.now() < deadline && !ended) {
    const answer = await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    if (answer?.ok) return;
    await pause(50);
  }
  throw new Error(
    `The editor's server ${ended ? 'ended at once' : 'did not answer within 60 seconds'}. Its last words:\n${server.tail()}`,
  );
}
