// Which packages and which parts of src a part of src may import, as rules of the linter; floors.mjs orders the folders
// inside of each. A wall is a list of specifiers that the files behind it may not import. Imports of types count, and
// so do dynamic ones. test/unit/scripts/lint.test.ts shows that the walls hold.

/** @typedef {{ group: string[], message: string }} Forbidden specifiers, as in `.gitignore` */

const insideEngine =
  'src/engine imports src/shared only; the inference runtime is imported by src/engine/backends/onnx/runtime.ts alone, src/engine/backends by otherBackends.ts, and what is of Node by platform/node and workers/node.';
const toEngine = 'Reach the engine through src/shared/engine.ts and the entry of its worker.';

/** Paths alone are made of text; a bundle for browsers has a library in their place. */
const builtIn = ['node:*', '!node:path'];
const aboveEngine = ['**/extension/**', '**/webview/**', '**/page/**', '**/cli/**', 'vscode'];
const runtime = 'onnxruntime-web';
const theBackends = '**/backends/**';
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

export const walls = [
  wall('shared/**/*', forbid(everyoneElse, 'src/shared imports nothing of ours and no runtime.')),
  wall(
    'tools/**/*',
    forbid(everyoneElse, 'src/tools imports src/shared only, and reaches the engine through src/shared/engine.ts.'),
  ),
  wall('engine/**/*', forbid([...aboveEngine, runtime, builtIn, theBackends], insideEngine)),
  wall('engine/backends/onnx/runtime', forbid([...aboveEngine, builtIn], insideEngine)),
  // The door of the other backends alone imports their folder.
  wall('engine/otherBackends', forbid([...aboveEngine, runtime, builtIn], insideEngine)),
  wall('engine/{platform,workers}/node/**/*', forbid([...aboveEngine, runtime, theBackends], insideEngine)),
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
