// `npm run verify -- mutants`: places faults by hand in a copy of the tree, one at a time, and asks whether the test
// that is named for each notices it.
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Mutant {
  readonly file: string;
  /** Stands in the file once. */
  readonly from: string;
  readonly to: string;
  /** The file of tests that must fail. */
  readonly caughtBy: string;
}

const root = join(import.meta.dirname, '..', '..');
const say = (line: string) => process.stdout.write(`${line}\n`);

/** A copy of the files that git has, with the packages of this tree. */
async function copyOfTree(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'vectorscope-mutants-'));
  spawnSync('git', ['checkout-index', '--all', `--prefix=${copy}/`], { cwd: root });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  await cp(join(root, 'dist', 'kernels'), join(copy, 'dist', 'kernels'), { recursive: true });
  return copy;
}

const passes = (copy: string, test: string): boolean =>
  spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', test, '--bail=1'], { cwd: copy }).status === 0;

const mutants = JSON.parse(await readFile(join(root, 'test', 'verify', 'mutants.json'), 'utf8')) as readonly Mutant[];
const copy = await copyOfTree();
let survived = 0;
try {
  for (const { file, from, to, caughtBy } of mutants) {
    const path = join(copy, file);
    const text = await readFile(path, 'utf8');
    const [before, after, ...others] = text.split(from);
    if (after === undefined || others.length > 0) throw new Error(`${file} does not hold this once: ${from}`);
    await writeFile(path, before + to + after);
    const isCaught = !passes(copy, caughtBy);
    await writeFile(path, text);
    if (!isCaught) survived++;
    say(`${isCaught ? 'caught  ' : 'SURVIVED'} ${file}: ${from.trim().split('\n')[0]} (${caughtBy})`);
  }
  const broken = [...new Set(mutants.map(({ caughtBy }) => caughtBy))].filter((test) => !passes(copy, test));
  for (const test of broken) say(`FAILS WITHOUT A FAULT ${test}`);
  say(`${mutants.length - survived} of ${mutants.length} faults were caught.`);
  process.exitCode = survived > 0 || broken.length > 0 ? 1 : 0;
} finally {
  await rm(copy, { recursive: true, force: true });
}
