// Looks for long comments, imports that run upwards and names of the publisher, holds src to its budget, and runs the
// formatter's check and the linter; a failure does not skip what follows.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkBudget } from './lint/budget.mjs';
import { findBrokenFloors } from './lint/floors.mjs';
import { findLongComments } from './lint/longComments.mjs';
import { findStrayNames } from './lint/names.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

/** @type {readonly (readonly [tool: string, ...args: string[]])[]} */
const checks = [
  ['oxfmt', '--check', '.'],
  ['oxlint', '--config', 'oxlint.config.mjs'],
];

/**
 * @param {string} tool
 * @returns {string} the program that a package's manifest names first
 */
function programOf(tool) {
  const manifest = join(root, 'node_modules', tool, 'package.json');
  const { bin } = require(manifest);
  return join(dirname(manifest), typeof bin === 'string' ? bin : Object.values(bin)[0]);
}

const budget = checkBudget(root);
const faults = [
  ...findLongComments(root).map((place) => `${place} holds a comment of more than 120 characters.`),
  ...findBrokenFloors(root),
  ...findStrayNames(root),
  ...budget.faults,
];
console.log(budget.line);
for (const fault of faults) console.log(fault);
let failed = faults.length > 0;
for (const [tool, ...args] of checks) {
  const { status } = spawnSync(process.execPath, [programOf(tool), ...args], { cwd: root, stdio: 'inherit' });
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;
