// Runs ESLint, Prettier and dependency-cruiser; a failure does not skip the next tool. With `--cached` it skips files
// that passed before and have not changed since. That is for daily work: a rule that looks at types may fail in a file
// because another one changed.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

/**
 * @param {string} tool
 * @returns {readonly string[]} options of a cache that goes by what is in a file, not by its time
 */
const cached = (tool) => ['--cache', '--cache-strategy', 'content', '--cache-location', `.cache/${tool}`];

/** @type {readonly (readonly [tool: string, ...args: string[]])[]} */
const checks = [
  ['eslint', ...(process.argv.includes('--cached') ? cached('eslint') : []), '.'],
  ['prettier', ...cached('prettier'), '--check', '--log-level', 'warn', '.'],
  ['dependency-cruiser', '--config', '.dependency-cruiser.mjs', '--output-type', 'err', 'src'],
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

let failed = false;
for (const [tool, ...args] of checks) {
  const { status } = spawnSync(process.execPath, [programOf(tool), ...args], { cwd: root, stdio: 'inherit' });
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;
