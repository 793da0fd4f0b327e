import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrokenFloors, floors } from '../../../scripts/lint/floors.mjs';
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

/** The engine's floors as ARCHITECTURE.md draws them, top first. */
const drawn: string[][] = [];
const picture = /## The engine's floors[^]*?```\n([^]*?)```/.exec(
  readFileSync(new URL('ARCHITECTURE.md', root), 'utf8'),
);
for (const line of picture?.[1]?.split('\n') ?? []) {
  const names = /^ ([\w.]+(?:, \w+)*) {2,}\w/.exec(line)?.[1]?.split(', ');
  if (!names) continue;
  if (line.includes('(beside ')) drawn.at(-1)?.push(...names);
  else drawn.push(names);
}
let folder = '';
/** What the linter found in each file. */
const found = new Map<string, { readonly line: number; readonly code: string }[]>();
const foundIn = (file: string): string[] =>
  (found.get(file) ?? []).sort((a, b) => a.line - b.line).map(({ line, code }) => `${line} ${code}`);

function put(file: string, text: string, tree = folder): void {
  const path = join(tree, file);
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
  put('src/engine/backends/onnx/runtime.ts', imports(['onnxruntime-web', 'node:fs', '../../extension/a']));
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
});

describe('the floors of src', () => {
  const made: string[] = [];
  afterAll(() => made.forEach((one) => rmSync(one, { recursive: true })));

  /** What the lint says of a tree of these files. */
  function saidOf(files: Readonly<Record<string, string>>): readonly string[] {
    const tree = mkdtempSync(join(tmpdir(), 'vectorscope-floors-'));
    made.push(tree);
    for (const [file, text] of Object.entries({ 'package.json': aliases, ...files })) put(file, text, tree);
    return findBrokenFloors(tree);
  }
  const aliases = '{ "imports": { "#host": { "browser": "./src/extension/web/host.ts" } } }';
  const isFile = (name: string) => name === '*' || name.includes('.');
  const fileIn = (folderOf: string, name: string) =>
    isFile(name) ? `${folderOf}/${name.replace('*', 'any.ts')}` : `${folderOf}/${name}/any.ts`;
  const wayTo = (from: string, name: string) => (isFile(from) ? '' : '.') + fileIn('.', name).replace(/\.tsx?$/, '');

  it.each(Object.keys(floors))('lets a room of %s import only from the floors below its own', (folderOf) => {
    const names = (floors[folderOf] ?? []).flatMap((floor, level) => floor.map((name) => ({ name, level })));
    for (const [, write] of ways) {
      const files = names.map(({ name }) => [
        fileIn(folderOf, name),
        names.map((other, i) => (other.name === name ? '' : write(wayTo(name, other.name), i))).join('\n'),
      ]);
      const upwards = names.flatMap((from) =>
        names.flatMap((to, i) =>
          to.name !== from.name && to.level <= from.level
            ? [`${fileIn(folderOf, from.name)}:${i + 1} imports ${fileIn(folderOf, to.name)}`]
            : [],
        ),
      );
      const said = saidOf(Object.fromEntries(files)).filter((sentence) => !sentence.includes('circle'));
      expect(new Set(said.map((sentence) => sentence.split(',')[0]))).toEqual(new Set(upwards));
    }
  });

  it('have no circle of rooms, in folders without a list either', () => {
    const one = "import { a } from './inside/a';\nexport const b = a;";
    expect(saidOf({ 'src/cli/inside/a.ts': "import { b } from '../b';", 'src/cli/b.ts': one })).toEqual([
      'src/cli/inside stands on no floor: name it in scripts/lint/floors.mjs.',
      'In src/cli the imports form a circle: b.ts, inside.',
    ]);
    const deep = { 'src/webview/lab/inside/a.ts': "import type { B } from '../b';", 'src/webview/lab/b.ts': one };
    expect(saidOf(deep)).toEqual(['In src/webview/lab the imports form a circle: b.ts, inside.']);
  });

  it('see through the names that stand for one host or the other', () => {
    const files = { 'src/extension/settings.ts': "import { host } from '#host';", 'src/extension/web/host.ts': '' };
    expect(saidOf(files)).toEqual([
      'src/extension/settings.ts:1 imports src/extension/web/host.ts, which stands on no floor below it.',
    ]);
  });

  it('name only what there is', () => {
    const named = Object.entries(floors).flatMap(([folderOf, list]) =>
      list.flat().flatMap((name) => (name === '*' ? [] : [`${folderOf}/${name}`])),
    );
    expect(named.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
  });

  it('are those that ARCHITECTURE.md draws of the engine', () => {
    const listed = floors['src/engine']?.map((names) => names.map((name) => (name === '*' ? 'localEngine.ts' : name)));
    expect(listed).toEqual(drawn);
  });
});

it('a comment has 120 characters at most, unless it holds an address', () => {
  const long = 'x'.repeat(120);
  const code = `const a = '${long}';`;
  const lines = [`// ${long}`, ` * ${long}`, `f(); // ${long}`, code, `// https://${long}`, `// ${long.slice(3)}`];
  expect(longCommentsOf(lines.join('\n'))).toEqual([1, 2, 3]);
});
