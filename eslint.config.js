import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** The walls between the folders of src: what each one may not import. */
const wall = (folder, forbidden, message) => ({
  files: [`src/${folder}/**/*.{ts,tsx}`],
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: forbidden.map((pattern) => ({ group: [pattern].flat(), message })) },
    ],
  },
});

const insideEngine =
  'src/engine imports src/shared only; the inference runtime is imported by src/engine/onnx/runtime.ts alone, and what is of Node by platform/node and workers/node.';
const toEngine = 'Reach the engine through src/shared/engine.ts and the entry of its worker.';

/** Paths alone are made of text; a bundle for browsers has a library in their place. */
const builtIn = ['node:*', '!node:path'];

/** The one file that may import the inference runtime keeps all other walls of its folder. */
const runtimeWall = {
  ...wall('engine', ['**/extension/**', '**/webview/**', '**/cli/**', 'vscode', builtIn], insideEngine),
  files: ['src/engine/onnx/runtime.ts'],
};
const outsideExtension = ['**/webview/**', '**/engine/**', '**/cli/**', 'onnxruntime-web'];
const nodeHostWall = { ...wall('extension', outsideExtension, toEngine), files: ['src/extension/node/**/*.ts'] };
const nodeWall = {
  ...wall('engine', ['**/extension/**', '**/webview/**', '**/cli/**', 'vscode', 'onnxruntime-web'], insideEngine),
  files: ['src/engine/{platform,workers}/node/**/*.ts'],
};

const alone =
  'No test depends on how fast the machine is: count, or measure in test/bench or a *.bench.ts of test/host.';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'test/output/', '.cache/', 'src/engine/onnx/onnx_pb.ts', 'src/kernels/'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        Buffer: 'readonly',
        AbortSignal: 'readonly',
        AbortController: 'readonly',
        performance: 'readonly',
      },
    },
  },
  {
    files: ['**/*.{ts,tsx,js,mjs}'],
    rules: {
      // Prettier breaks the code; what it leaves are comments. Sentences stay whole, so that a search finds them.
      'max-len': [
        'error',
        { code: 120, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true, ignoreUrls: true },
      ],
    },
  },
  wall(
    'shared',
    ['**/extension/**', '**/webview/**', '**/engine/**', '**/cli/**', 'vscode', '@vscode/l10n', 'node:*'],
    'src/shared imports nothing of ours and no runtime.',
  ),
  wall(
    'tools',
    ['**/extension/**', '**/webview/**', '**/engine/**', '**/cli/**', 'vscode', '@vscode/l10n', 'node:*'],
    'src/tools imports src/shared only, and reaches the engine through src/shared/engine.ts.',
  ),
  wall('engine', ['**/extension/**', '**/webview/**', '**/cli/**', 'vscode', 'onnxruntime-web', builtIn], insideEngine),
  wall('extension', [...outsideExtension, builtIn], `${toEngine} What is of Node stands in src/extension/node.`),
  wall('webview', ['**/extension/**', '**/engine/**', '**/cli/**', 'vscode', 'node:*', 'onnxruntime-web'], toEngine),
  wall(
    'cli',
    ['**/extension/**', '**/webview/**', ['**/engine/**', '!**/engine/localEngine'], 'vscode', 'onnxruntime-web'],
    'The command line imports src/shared and the engine’s front, src/engine/localEngine.ts.',
  ),
  runtimeWall,
  nodeHostWall,
  nodeWall,
  {
    files: ['test/unit/**/*.{ts,tsx}', 'test/host/**/*.ts', 'test/e2e/**/*.ts'],
    ignores: ['test/host/**/*.bench.ts', 'test/host/place/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'performance', property: 'now', message: alone },
        { object: 'place', property: 'measureDelays', message: alone },
      ],
    },
  },
);
