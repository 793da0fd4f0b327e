// How much `src` may hold. What is counted is what a maintainer reads: comments, blank lines and imports are free.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const budgetFile = 'budget.json';
const counted = /\.(?:tsx?|css)$/;

/** @typedef {{ 'lines of code': number, files: number, sentences: number }} Counts */

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
 * @param {string} root
 * @returns {Counts}
 */
export function countSources(root) {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    counted.test(file),
  );
  const sentences = JSON.parse(readFileSync(join(root, 'l10n', 'bundle.l10n.json'), 'utf8'));
  return {
    'lines of code': files.reduce((sum, file) => sum + codeLinesIn(readFileSync(join(root, 'src', file), 'utf8')), 0),
    files: files.length,
    sentences: Object.keys(sentences).length,
  };
}

/**
 * @param {Counts} counts
 * @param {Counts} budget
 * @returns {{ line: string, fault: string | null }} what `npm run lint` prints, and what fails it
 */
export function judgeCounts(counts, budget) {
  const keys = /** @type {(keyof Counts)[]} */ (Object.keys(budget));
  const distances = keys.map((key) => {
    const left = budget[key] - counts[key];
    return `${key} ${number(counts[key])} of ${number(budget[key])} (${number(Math.abs(left))} ${left < 0 ? 'too many' : 'left'})`;
  });
  const over = keys.filter((key) => counts[key] > budget[key]);
  const fault =
    over.length === 0
      ? null
      : `src is over its budget of ${over.map((key) => `${number(budget[key])} ${key}`).join(' and ')}. ` +
        `Remove something, or raise ${budgetFile} and say in CHANGELOG.md what for.`;
  return { line: `src: ${distances.join(', ')}`, fault };
}

/**
 * @param {Counts} budget
 * @param {Counts} before what it was
 * @param {string} newLines of CHANGELOG.md since then
 * @returns {string | null} a sentence if a number was raised and the changelog does not name the budget
 */
export function judgeRaise(budget, before, newLines) {
  const keys = /** @type {(keyof Counts)[]} */ (Object.keys(before));
  const raised = keys.filter((key) => !(budget[key] <= before[key]));
  if (raised.length === 0 || /budget/i.test(newLines)) return null;
  return `${budgetFile} raises ${raised.join(' and ')}. Say in CHANGELOG.md what the larger budget is for.`;
}

/**
 * @param {string} root
 * @returns {{ line: string, faults: string[] }}
 */
export function checkBudget(root) {
  /** @type {Counts} */
  const budget = JSON.parse(readFileSync(join(root, budgetFile), 'utf8'));
  const { line, fault } = judgeCounts(countSources(root), budget);
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
