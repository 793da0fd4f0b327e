// How much the tree may hold. What is counted is what a maintainer reads: of `src`, comments, blank lines and imports
// are free.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const budgetFile = 'budget.json';

/** @typedef {import('./budget.mjs').Counts} Counts */

/**
 * @param {string} text of a source file
 * @returns {number} its lines of code, without blank lines, comments and imports
 */
export function codeLinesIn(text) {
  let lines = 0;
  /** @type {'code' | 'comment' | 'import'} */
  let inside = 'code';
  for (const line of text.split(/\r?\n/).map((one) => one.trim())) {
    if (line === '' || line.startsWith('//')) continue;
    if (inside === 'comment' || (inside === 'code' && line.startsWith('/*'))) {
      inside = line.includes('*/') ? 'code' : 'comment';
    } else if (inside === 'import') {
      if (/from ['"]/.test(line)) inside = 'code';
    } else if (line.startsWith('import ')) {
      if (/^import (?:type )?\{/.test(line) && !line.includes('from')) inside = 'import';
    } else lines++;
  }
  return lines;
}

/**
 * @param {readonly string[]} sheets
 * @returns {number} different values of `gap`, `row-gap` and `column-gap`, as they are written: `4px 8px` is one
 */
export function gapsIn(sheets) {
  return distinct(sheets, (sheet) =>
    [...sheet.matchAll(/(?<!--)\bgap:\s*([^;}]+)/g)].map(([, value = '']) => value.trim()),
  );
}

/**
 * @param {readonly string[]} sheets
 * @returns {number} different widths in conditions of `@container` and `@media`; 699.98px ends where 700px begins
 */
export function widthsIn(sheets) {
  return distinct(sheets, (sheet) =>
    [...sheet.matchAll(/@(?:container|media)\b([^{]*)/g)]
      .flatMap(([, conditions = '']) => conditions.split(/\band\b|,/).filter((one) => one.includes('width')))
      .flatMap((condition) => [...condition.matchAll(/([\d.]+)px/g)].map(([, width]) => Math.ceil(Number(width)))),
  );
}

const exported =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm;

/**
 * @param {ReadonlyMap<string, string>} files texts by their names
 * @param {{ imports?: Record<string, string | Record<string, string>> }} manifest names the twins: files of which a
 * build takes one, which export the same names and count as one file
 * @returns {string[]} names that more than one file exports, in order
 */
export function namesDefinedTwice(files, { imports = {} }) {
  const twins = new Map(
    Object.entries(imports).flatMap(([name, to]) =>
      typeof to === 'string' ? [] : Object.values(to).map((file) => [file.replace('./', ''), name]),
    ),
  );
  /** @type {Map<string, Set<string>>} */
  const places = new Map();
  for (const [file, text] of files)
    for (const [, name = ''] of text.matchAll(exported))
      places.set(name, (places.get(name) ?? new Set()).add(twins.get(file) ?? file));
  return [...places].flatMap(([name, { size }]) => (size > 1 ? [name] : [])).sort();
}

/**
 * @param {string} root
 * @returns {Counts} programs are those that `test/programs.json` names; lines of tests are all that are not blank
 */
export function countTree(root) {
  const json = (/** @type {string[]} */ ...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8'));
  const code = filesIn(root, 'src', /\.tsx?$/);
  const sheets = [...filesIn(root, 'src', /\.css$/).values()];
  const sources = [...code.values(), ...sheets];
  const tests = [...filesIn(root, 'test', /\.(?:tsx?|mjs|py)$/).values()];
  const manifest = json('package.json');
  const runs = Object.values(json('test', 'programs.json')).flatMap((list) => Object.values(list));
  const sum = (/** @type {number[]} */ numbers) => numbers.reduce((all, one) => all + one, 0);
  return {
    'lines of code': sum(sources.map(codeLinesIn)),
    files: sources.length,
    sentences: Object.keys(json('l10n', 'bundle.l10n.json')).length,
    'npm scripts': Object.keys(manifest.scripts).length,
    programs: distinct(runs, ({ run }) => [run.split(' ')[0]]),
    'lines of tests': sum(tests.map((text) => text.match(/^.*\S.*$/gm)?.length ?? 0)),
    'exported names defined twice': namesDefinedTwice(code, manifest).length,
    'values of gap': gapsIn(sheets),
    'widths in queries': widthsIn(sheets),
  };
}

/**
 * @template T
 * @param {readonly T[]} all
 * @param {(one: T) => readonly unknown[]} of
 */
const distinct = (all, of) => new Set(all.flatMap(of)).size;

/**
 * @param {string} root
 * @param {string} folder
 * @param {RegExp} kind
 * @returns {Map<string, string>} texts by their path from the root
 */
function filesIn(root, folder, kind) {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((file) =>
    kind.test(file),
  );
  return new Map(
    files.map((file) => [`${folder}/${file.replaceAll('\\', '/')}`, readFileSync(join(root, folder, file), 'utf8')]),
  );
}

/**
 * @param {Counts} counts
 * @param {Counts} budget
 * @returns {{ line: string, fault: string | null }} what `npm run lint` prints, and what fails it
 */
export function judgeCounts(counts, budget) {
  const bars = Object.entries(budget).map(([key, most]) => ({ key, most, count: counts[key] ?? Infinity }));
  const distances = bars.map(({ key, most, count }) => {
    const left = most - count;
    return `${key} ${number(count)} of ${number(most)} (${number(Math.abs(left))} ${left < 0 ? 'too many' : 'left'})`;
  });
  const over = bars.filter(({ most, count }) => count > most);
  const fault =
    over.length === 0
      ? null
      : `The tree is over its budget of ${over.map(({ key, most }) => `${number(most)} ${key}`).join(' and ')}. ` +
        `Remove something, or raise ${budgetFile} and say in CHANGELOG.md what for.`;
  return { line: `budget: ${distances.join(', ')}`, fault };
}

/**
 * @param {Counts} budget
 * @param {Counts} before what it was
 * @param {string} newLines of CHANGELOG.md since then
 * @returns {string | null} a sentence if a number was raised and no new line names the budget and that number
 */
export function judgeRaise(budget, before, newLines) {
  const lines = newLines.split('\n').filter((line) => /budget/i.test(line));
  const raised = Object.entries(before).flatMap(([key, most]) =>
    (budget[key] ?? Infinity) > most && !lines.some((line) => new RegExp(`\\b${key}\\b`, 'i').test(line)) ? [key] : [],
  );
  if (raised.length === 0) return null;
  return `${budgetFile} raises ${raised.join(' and ')}. Say in CHANGELOG.md what that larger budget is for, by its name.`;
}

/**
 * @param {string} root
 * @returns {{ line: string, faults: string[] }}
 */
export function checkBudget(root) {
  /** @type {Counts} */
  const budget = JSON.parse(readFileSync(join(root, budgetFile), 'utf8'));
  const { line, fault } = judgeCounts(countTree(root), budget);
  const base = lastChange(root);
  const raise = base && judgeRaise(budget, base.budget, base.newLines);
  return { line, faults: [fault, raise ?? null].filter((one) => one !== null) };
}

/**
 * The budget before its latest change: before the work tree's, or else before the last commit that touched it.
 * @param {string} root
 * @returns {{ budget: Counts, newLines: string } | null} null without a history
 */
function lastChange(root) {
  if (!existsSync(join(root, '.git'))) return null;
  const git = (/** @type {string[]} */ ...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout ?? '';
  const base = git('diff', '--name-only', 'HEAD', '--', budgetFile)
    ? 'HEAD'
    : `${git('log', '-1', '--format=%H', '--', budgetFile).trim()}^`;
  const before = base === '^' ? '' : git('show', `${base}:${budgetFile}`);
  if (before === '') return null;
  const newLines = git('diff', '-U0', base, '--', 'CHANGELOG.md').match(/^\+(?!\+\+).*$/gm) ?? [];
  return { budget: JSON.parse(before), newLines: newLines.join('\n') };
}

const number = (/** @type {number} */ value) => value.toLocaleString('en');
