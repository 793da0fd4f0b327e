import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import {
  budgetFile,
  checkBudget,
  codeLinesIn,
  countTree,
  gapsIn,
  judgeCounts,
  judgeRaise,
  namesDefinedTwice,
  widthsIn,
  type Counts,
} from '../../../scripts/lint/budget.mjs';

const folder = mkdtempSync(join(tmpdir(), 'vectorscope-budget-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const counts = (lines: number, files = 1, sentences = 1): Counts => ({ 'lines of code': lines, files, sentences });
const write = (file: string, content: unknown): void =>
  writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
const commit = (): string => git('add', '.') + git('commit', '-q', '-m', 'a');

describe('the lines of code of a source', () => {
  it.each([
    ['blank lines and comments are free', '\n// a\n/** b\n * c\n */\nconst d = 1; // e\n', 1],
    ['a comment on one line ends there', '/* a */\nconst b = 1;', 1],
    ['imports are free, also those over several lines', "import a from 'a';\nimport {\n  b,\n} from 'b';\nb(a);", 1],
    ['of types too', "import type {\n  A,\n} from 'a';\nexport type B = A;", 1],
    ['styles count like code', ':root {\n  --a: 1px;\n}\n/* b\n   c */\n', 3],
    ['lines may end as on Windows', 'a();\r\n\r\n// b\r\n', 1],
  ])('%s', (_name, text, lines) => {
    expect(codeLinesIn(text)).toBe(lines);
  });
});

describe('what else is counted', () => {
  it('values of gaps as they are written', () => {
    expect(gapsIn(['a { gap: 4px 8px; row-gap:4px }', 'b { column-gap: 4px; gap: 8px 4px; --gap: 1px }'])).toBe(3);
  });

  it('widths at which a condition changes, from either side', () => {
    const sheet = '@container panel (max-width: 699.98px) and (min-width: 500px) {} @media (width < 820px) {}';
    expect(widthsIn([sheet, '@container panel (min-width: 700px) {} @media (height < 600px) { width: 9px }'])).toBe(3);
  });

  it('exported names of more than one file, of which twins are one', () => {
    const files = new Map([
      ['src/a.ts', 'export const open = 1;\nexport type Open = 2;'],
      ['src/b.ts', 'export async function open() {}\nconst Open = 1;'],
      ['src/web.ts', 'export abstract class Place {}'],
      ['src/node.ts', 'export class Place {}'],
    ]);
    const twins = { '#place': { browser: './src/web.ts', default: './src/node.ts' }, '#all/*': './src/*' };
    expect(namesDefinedTwice(files, { imports: twins })).toEqual(['open']);
    expect(namesDefinedTwice(files, {})).toEqual(['Place', 'open']);
  });
});

describe('the budget', () => {
  it('says how far each number is from its limit', () => {
    expect(judgeCounts(counts(70_769, 963, 2_761), counts(72_000, 975, 2_790))).toEqual({
      line: 'budget: lines of code 70,769 of 72,000 (1,231 left), files 963 of 975 (12 left), sentences 2,761 of 2,790 (29 left)',
      fault: null,
    });
  });

  it('names what is over', () => {
    const { line, fault } = judgeCounts(counts(11, 2, 4), counts(10, 2, 3));
    expect(line).toBe(
      'budget: lines of code 11 of 10 (1 too many), files 2 of 2 (0 left), sentences 4 of 3 (1 too many)',
    );
    expect(fault).toContain('over its budget of 10 lines of code and 3 sentences.');
  });

  it('is raised by a new line that names it and what it limits', () => {
    const raised = (newLines: string) => judgeRaise(counts(6, 2, 1), counts(5, 1, 1), newLines);
    expect(raised('+- The budget is larger.')).toContain('raises lines of code and files.');
    expect(raised('+- The budget of files rises.\n+- More lines of code.')).toContain('raises lines of code.');
    expect(raised('+- The budget of lines of code rises for profiles.')).toContain('raises files.');
    expect(raised('+- The budget of files rises.\n+- The budget of lines of code, too.')).toBeNull();
    expect(judgeRaise(counts(4), counts(5), '')).toBeNull();
  });

  it('counts a tree, and is lowered in silence but raised only with a line in the changelog', () => {
    mkdirSync(join(folder, 'src', 'shared'), { recursive: true });
    mkdirSync(join(folder, 'l10n'));
    mkdirSync(join(folder, 'test'));
    git('init', '-q');
    write('src/shared/a.ts', '// why\nexport const a = 1;\n');
    write('src/shared/a.json', '{}');
    write('l10n/bundle.l10n.json', { 'A sentence.': 'A sentence.' });
    write('package.json', { scripts: { a: 'b' } });
    write('test/a.test.ts', 'a();\n\n// b\n');
    write('test/programs.json', {
      bench: { a: { run: 'a.ts a' }, b: { run: 'a.ts b' } },
      verify: { a: { run: 'b.ts' } },
    });
    write('CHANGELOG.md', '# Changelog\n');
    write(budgetFile, counts(5));
    const faults = (): readonly string[] => checkBudget(folder).faults;

    expect(countTree(folder)).toMatchObject({ 'npm scripts': 1, programs: 2, 'lines of tests': 2 });
    expect(checkBudget(folder)).toEqual({
      line: 'budget: lines of code 1 of 5 (4 left), files 1 of 1 (0 left), sentences 1 of 1 (0 left)',
      faults: [],
    });
    commit();
    expect(faults()).toEqual([]);

    write(budgetFile, counts(4));
    expect(faults()).toEqual([]);
    commit();

    write(budgetFile, counts(6));
    expect(faults()).toEqual([expect.stringContaining('raises lines of code.')]);
    commit();
    expect(faults()).toEqual([expect.stringContaining('raises lines of code.')]);

    write('CHANGELOG.md', '# Changelog\n\n- The budget of lines of code rises by two for a second model.\n');
    expect(faults()).toEqual([]);
    commit();
    expect(faults()).toEqual([]);
  });

  it('is met by this tree', () => {
    const root = fileURLToPath(new URL('../../..', import.meta.url));
    expect(Object.keys(JSON.parse(readFileSync(join(root, budgetFile), 'utf8')))).toEqual(Object.keys(countTree(root)));
    expect(checkBudget(root).faults).toEqual([]);
  });
});
