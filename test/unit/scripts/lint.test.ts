import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { longCommentsOf } from '../../../scripts/lint/longComments.mjs';

/** Faults by the rule that finds them: where the file lies, and what it says. Each line with `// !` is one fault. */
const faults: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['typescript(no-explicit-any)', 'src/shared/any.ts', 'export const a = (b: any): unknown => b; // !'],
  [
    'typescript(no-floating-promises)',
    'src/shared/floating.ts',
    'async function f(): Promise<void> {}\nexport const g = (): void => {\n  f(); // !\n};',
  ],
  [
    'typescript(no-misused-promises)',
    'src/shared/misused.ts',
    'export const f = (a: Promise<boolean>): number => {\n  if (a) return 1; // !\n  return 2;\n};',
  ],
  [
    'typescript(switch-exhaustiveness-check)',
    'src/shared/switch.ts',
    "export function f(a: 'x' | 'y'): number {\n  switch (a) { // !\n    case 'x':\n      return 1;\n  }\n  return 2;\n}",
  ],
  [
    'typescript(consistent-type-imports)',
    'src/shared/typeImports.ts',
    "import { A } from './a'; // !\nexport type B = A;\nexport type C = import('./a').A; // !",
  ],
  ['eslint(no-unused-vars)', 'src/shared/unused.ts', 'const a = 1; // !\nexport const f = (_b: number): number => 1;'],
  ['eslint(eqeqeq)', 'src/shared/equal.ts', 'export const f = (a: number, b: number): boolean => a == b; // !'],
  ['eslint(no-console)', 'src/shared/console.ts', 'export const f = (): void => console.log(1); // !'],
  ['eslint(no-undef)', 'scripts/undefined.mjs', 'process.exit(surely); // !'],
  [
    'eslint(no-useless-assignment)',
    'src/shared/useless.ts',
    'export function f(): number {\n  let a = 1; // !\n  a = 2;\n  return a;\n}',
  ],
  ['import(no-cycle)', 'src/shared/circle.ts', "import type { B } from './circleToo'; // !\nexport type A = B[];"],
  ['import(no-cycle)', 'src/shared/circleToo.ts', "import type { A } from './circle'; // !\nexport type B = A[];"],
  ['eslint(no-restricted-properties)', 'test/unit/time.test.ts', 'export const a = performance.now(); // !'],
  ['eslint(no-restricted-properties)', 'test/host/time.test.ts', 'place.measureDelays(); // !'],
  ['eslint(no-restricted-properties)', 'test/page/time.test.ts', 'export const a = performance.now(); // !'],
  ['none', 'test/host/node/time.bench.ts', 'export const a = performance.now();'],
  ['none', 'test/host/place/node.ts', 'export const a = performance.now();'],
];

/** Who may not import what: the folder, and the specifiers. Those after `none` are allowed. */
const walls: readonly (readonly [folder: string, forbidden: readonly string[], allowed: readonly string[]])[] = [
  [
    'shared',
    ['../engine/a', '../webview/a', '../page/a', '../extension/a', '../cli/a', 'vscode', '@vscode/l10n', 'node:fs'],
    ['./a'],
  ],
  [
    'tools',
    ['../engine/a', '../webview/a', '../page/a', '../extension/a', '../cli/a', 'vscode', '@vscode/l10n', 'node:fs'],
    ['../shared/a'],
  ],
  [
    'engine',
    ['../extension/a', '../webview/a', '../cli/a', 'vscode', 'onnxruntime-web', 'node:fs'],
    ['../shared/a', 'node:path'],
  ],
  [
    'engine/weights',
    ['../../extension/a', '../../webview/a', '../../cli/a', 'vscode', 'onnxruntime-web', 'node:fs'],
    ['../../shared/gpu', './types/model', 'node:path'],
  ],
  ['engine/platform/node', ['../../../extension/a', 'vscode', 'onnxruntime-web'], ['node:fs', '../../../shared/gpu']],
  ['engine/workers/node', ['../../../cli/a', 'vscode', 'onnxruntime-web'], ['node:fs', '../../localEngine', '../a']],
  [
    'extension',
    ['../engine/a', '../webview/a', '../page/a', '../cli/a', 'onnxruntime-web', 'node:fs'],
    ['../shared/a', 'vscode', 'node:path'],
  ],
  ['extension/node', ['../../engine/a', '../../webview/a', '../../cli/a', 'onnxruntime-web'], ['node:fs', 'vscode']],
  [
    'webview',
    ['../extension/a', '../page/a', '../engine/a', '../cli/a', 'vscode', 'node:fs', 'onnxruntime-web'],
    ['../shared/a', '@vscode/l10n'],
  ],
  [
    'page',
    ['../engine/a', '../webview/a', '../cli/a', 'vscode', 'node:fs', 'onnxruntime-web'],
    ['../shared/a', '../extension/inspection/a', '@vscode/l10n'],
  ],
  [
    'cli',
    ['../extension/a', '../webview/a', '../engine/a', 'vscode', 'onnxruntime-web'],
    ['../shared/a', '../engine/localEngine', 'node:fs'],
  ],
];

const root = new URL('../../../', import.meta.url);

/** The floors as ARCHITECTURE.md draws them, top first. */
const floors: string[][] = [];
const picture = /## The engine's floors[^]*?```\n([^]*?)```/.exec(
  readFileSync(new URL('ARCHITECTURE.md', root), 'utf8'),
);
for (const line of picture?.[1]?.split('\n') ?? []) {
  const names = /^ ([\w.]+(?:, \w+)*) {2,}\w/.exec(line)?.[1]?.split(', ');
  if (!names) continue;
  if (line.includes('(beside ')) floors.at(-1)?.push(...names);
  else floors.push(names);
}
const stories = floors.flat();
const levelOf = (name: string): number => floors.findIndex((names) => names.includes(name));
/** What a file of the engine writes to import a file of a floor. */
const wayTo = (name: string, up: string): string =>
  name.endsWith('.ts') ? `${up}${name.slice(0, -3)}` : `${up}${name}/a`;

let folder = '';
/** What the linter found in each file. */
const found = new Map<string, { readonly line: number; readonly code: string }[]>();
const foundIn = (file: string): string[] =>
  (found.get(file) ?? []).sort((a, b) => a.line - b.line).map(({ line, code }) => `${line} ${code}`);

function put(file: string, text: string): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const imports = (specifiers: readonly string[]): string => specifiers.map((one) => `import '${one}';`).join('\n');
/** The same file in three ways: what it runs, what it names, and what it loads later. */
const ways: readonly (readonly [name: string, write: (specifier: string, i: number) => string])[] = [
  ['value', (one) => `import '${one}';`],
  ['type', (one, i) => `export type { T${i} } from '${one}';`],
  ['later', (one, i) => `export const a${i} = (): Promise<unknown> => import('${one}');`],
];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vectorscope-lint-'));
  // The linter looks here for its part that knows types. A junction needs no rights on Windows.
  symlinkSync(fileURLToPath(new URL('node_modules', root)), join(folder, 'node_modules'), 'junction');
  put('package.json', '{ "type": "module" }');
  put(
    'tsconfig.json',
    '{ "compilerOptions": { "strict": true, "module": "ESNext", "moduleResolution": "bundler", "target": "ES2023", "types": [] }, "include": ["src"] }',
  );
  put('oxlint.config.mjs', `export { default } from '${new URL('oxlint.config.mjs', root).href}';`);
  for (const [, file, text] of faults) put(file, text);
  for (const [place, forbidden, allowed] of walls)
    for (const [way, write] of ways)
      put(`src/${place}/wall-${way}.ts`, [...forbidden, ...allowed].map(write).join('\n'));
  put('src/engine/backends/onnx/runtime.ts', imports(['onnxruntime-web', 'node:fs', '../../workers/a']));
  put('src/engine/otherBackends.ts', imports(['./backends/a', './workers/a']));
  for (const name of stories) {
    const isFile = name.endsWith('.ts');
    const others = stories.filter((other) => other !== name).map((other) => wayTo(other, isFile ? './' : '../'));
    put(isFile ? `src/engine/${name}` : `src/engine/${name}/floor.ts`, imports(others));
  }
  const { stdout } = spawnSync(
    process.execPath,
    [
      fileURLToPath(new URL('node_modules/oxlint/bin/oxlint', root)),
      '--config',
      'oxlint.config.mjs',
      '--format',
      'json',
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: readonly { code: string; filename: string; labels: readonly { span: { line: number } }[] }[];
  };
  for (const { code, filename, labels } of diagnostics) {
    const faultsOfFile = found.get(filename.replaceAll('\\', '/')) ?? [];
    found.set(filename.replaceAll('\\', '/'), faultsOfFile);
    faultsOfFile.push({ line: labels[0]?.span.line ?? 0, code });
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the linter', () => {
  it.each(faults)('finds %s in %s', (rule, file, text) => {
    const lines = text.split('\n').flatMap((line, i) => (line.endsWith('// !') ? [`${i + 1} ${rule}`] : []));
    expect(foundIn(file)).toEqual(lines);
  });

  it.each(walls.flatMap((wall) => ways.map(([way]) => [way, ...wall] as const)))(
    'keeps the walls against imports of a %s in %s',
    (way, place, forbidden) => {
      const lines = forbidden.map((_, i) => `${i + 1} eslint(no-restricted-imports)`);
      const restricted = foundIn(`src/${place}/wall-${way}.ts`).filter((one) => one.endsWith('imports)'));
      expect(restricted).toEqual(lines);
    },
  );

  it('lets one file import the inference runtime, which keeps all other walls', () => {
    expect(foundIn('src/engine/backends/onnx/runtime.ts')).toEqual([
      '2 eslint(no-restricted-imports)',
      '3 eslint(no-restricted-imports)',
    ]);
  });

  it('lets one file import the backends', () => {
    expect(foundIn('src/engine/otherBackends.ts')).toEqual(['2 eslint(no-restricted-imports)']);
  });

  it.each(stories)('lets %s import only what ARCHITECTURE.md draws below it', (name) => {
    const others = stories.filter((other) => other !== name);
    const file = name.endsWith('.ts') ? `src/engine/${name}` : `src/engine/${name}/floor.ts`;
    const forbidden = new Set(foundIn(file).map((one) => others[Number.parseInt(one) - 1]));
    expect([...forbidden]).toEqual(others.filter((other) => levelOf(other) <= levelOf(name)));
  });
});

it('a comment has 120 characters at most, unless it holds an address', () => {
  const long = 'x'.repeat(120);
  const code = `const a = '${long}';`;
  const lines = [`// ${long}`, ` * ${long}`, `f(); // ${long}`, code, `// https://${long}`, `// ${long.slice(3)}`];
  expect(longCommentsOf(lines.join('\n'))).toEqual([1, 2, 3]);
});
