// Who may import what in src, as rules of the linter. Each wall is a list of specifiers that the files behind it may
// not import. Imports of types count, and so do dynamic ones. test/unit/scripts/lint.test.ts shows that the walls hold.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ group?: string[], regex?: string, message: string }} Forbidden specifiers, as in `.gitignore` or by a
 * regular expression
 */

const engineFolder = fileURLToPath(new URL('../../src/engine', import.meta.url));

/**
 * The engine's floors, top first. A folder imports only from floors below it.
 * ARCHITECTURE.md draws the same picture.
 */
const floors = [
  ['workers', 'backends'],
  // The engine itself, the files that lie in no folder.
  ['*'],
  ['lab'],
  ['analysis'],
  ['hub'],
  ['model'],
  ['trunk', 'directions'],
  ['architecture'],
  ['kernels'],
  ['servers'],
  ['tokenizer'],
  ['weights'],
  ['tasks'],
  ['platform'],
  ['tools'],
];
const folders = floors.flat().filter((name) => name !== '*');

const insideEngine =
  'src/engine imports src/shared only; the inference runtime is imported by src/engine/backends/onnx/runtime.ts alone, and what is of Node by platform/node and workers/node.';
const toEngine = 'Reach the engine through src/shared/engine.ts and the entry of its worker.';

/** Paths alone are made of text; a bundle for browsers has a library in their place. */
const builtIn = ['node:*', '!node:path'];
const aboveEngine = ['**/extension/**', '**/webview/**', '**/page/**', '**/cli/**', 'vscode'];
const runtime = 'onnxruntime-web';
const outsideExtension = ['**/webview/**', '**/page/**', '**/engine/**', '**/cli/**', runtime];
const everyoneElse = [
  '**/extension/**',
  '**/webview/**',
  '**/page/**',
  '**/engine/**',
  '**/cli/**',
  'vscode',
  '@vscode/l10n',
  'node:*',
];

/**
 * @param {readonly (string | string[])[]} patterns a list in the list is one pattern with its exceptions
 * @param {string} message
 * @returns {Forbidden[]}
 */
const forbid = (patterns, message) => patterns.map((pattern) => ({ group: [pattern].flat(), message }));

/**
 * A later wall replaces an earlier one for the files of both.
 * @param {string} files
 * @param {readonly Forbidden[]} patterns
 */
const wall = (files, patterns) => ({
  files: [`src/${files}.{ts,tsx}`],
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

const anyFolders = `(?:(?:engine|\\.|\\.\\.|${folders.join('|')})/)*`;

/**
 * @param {readonly string[]} names of folders or files of src/engine
 * @param {string} floor of the file that imports
 * @returns {string} a pattern that finds them behind `#`, and in a specifier that leaves its own floor by any way
 */
const reaching = (names, floor) => {
  const wayOut = floor === '*' ? '\\.\\.?/' : '(?:\\./)?\\.\\./';
  return `^(?:#|${wayOut}${anyFolders})(?:${names.join('|')})(?:\\.[jt]s)?(?:/|$)`;
};

/**
 * @param {string} floor a folder of src/engine, or `*` for the files that lie in none
 * @param {readonly string[]} files of src/engine that lie in no folder
 * @param {readonly string[]} allowed folders
 * @returns {Forbidden[]} what stands on its own floor or above
 */
function above(floor, files, allowed = []) {
  const level = floors.findIndex((names) => names.includes(floor));
  const names = floors
    .slice(0, level + 1)
    .flat()
    .filter((other) => other !== floor && !allowed.includes(other))
    .flatMap((other) => (other === '*' ? files : [other]));
  const message = `src/engine/${floor} imports only from the floors below it (scripts/lint/walls.mjs).`;
  return names.length > 0 ? [{ regex: reaching(names, floor), message }] : [];
}

/** @returns {ReturnType<typeof wall>[]} */
function engineWalls() {
  const entries = readdirSync(engineFolder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.name.endsWith('.ts')).map(({ name }) => name.slice(0, -'.ts'.length));
  const homeless = entries.find((entry) => entry.isDirectory() && !folders.includes(entry.name))?.name;
  if (homeless) throw new Error(`src/engine/${homeless} stands on no floor: name it in scripts/lint/walls.mjs.`);
  const plain = forbid([...aboveEngine, runtime, builtIn], insideEngine);
  const withRuntime = forbid([...aboveEngine, builtIn], insideEngine);
  const withNode = forbid([...aboveEngine, runtime], insideEngine);
  return [
    ...floors
      .flat()
      .map((floor) => wall(floor === '*' ? 'engine/*' : `engine/${floor}/**/*`, [...plain, ...above(floor, files)])),
    wall('engine/backends/onnx/runtime', [...withRuntime, ...above('backends', files)]),
    // The door of the backends alone imports their folder.
    wall('engine/otherBackends', [...plain, ...above('*', files, ['backends'])]),
    ...['platform', 'workers'].map((floor) => wall(`engine/${floor}/node/**/*`, [...withNode, ...above(floor, files)])),
  ];
}

export const walls = [
  wall('shared/**/*', forbid(everyoneElse, 'src/shared imports nothing of ours and no runtime.')),
  wall(
    'tools/**/*',
    forbid(everyoneElse, 'src/tools imports src/shared only, and reaches the engine through src/shared/engine.ts.'),
  ),
  ...engineWalls(),
  wall(
    'extension/**/*',
    forbid([...outsideExtension, builtIn], `${toEngine} What is of Node stands in src/extension/node.`),
  ),
  wall('extension/node/**/*', forbid(outsideExtension, toEngine)),
  wall(
    'page/**/*',
    forbid(
      ['**/webview/**', '**/engine/**', '**/cli/**', 'vscode', 'node:*', runtime],
      'src/page imports src/shared, and the files of src/extension that need no editor.',
    ),
  ),
  wall(
    'webview/**/*',
    forbid(['**/extension/**', '**/page/**', '**/engine/**', '**/cli/**', 'vscode', 'node:*', runtime], toEngine),
  ),
  wall(
    'cli/**/*',
    forbid(
      ['**/extension/**', '**/webview/**', '**/page/**', ['**/engine/**', '!**/engine/localEngine'], 'vscode', runtime],
      'The command line imports src/shared and the engine’s front, src/engine/localEngine.ts.',
    ),
  ),
];
