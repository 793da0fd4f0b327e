// `node scripts/program.mjs FILE.ts [OPTIONS]`: bundles a TypeScript program of test/ (a fraction of a second) and runs
// it. `node scripts/program.mjs bench|verify NAME [OPTIONS]`: the same for an entry of test/programs.json; without a
// name it prints the list, and `verify all` runs the proofs one after the other and names those that failed.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildEngine } from './build.mjs';
import { placePrograms } from './build/program.mjs';

/**
 * What is run: a program with its options, what it measures, what that costs. `env` holds unless it is set already;
 * `all` leaves out what is run by hand.
 * @typedef {{ run: string, about: string, costs: string, env?: Record<string, string>, byHand?: true }} Entry
 */
/** @type {Readonly<Record<string, Readonly<Record<string, Entry>>>>} */
const lists = JSON.parse(readFileSync(new URL('../test/programs.json', import.meta.url), 'utf8'));

/** @param {readonly string[]} command a program, and its options */
async function run([file = '', ...options]) {
  const isVitest = file === 'vitest';
  let program = fileURLToPath(new URL(`../${isVitest ? 'node_modules/vitest/vitest.mjs' : file}`, import.meta.url));
  if (file.endsWith('.ts')) {
    await buildEngine();
    // With its folder, since programs of different folders may share a name.
    const name = file.replace(/\.ts$/, '').replaceAll(/[\\/]/g, '-');
    [program = ''] = await placePrograms('programs', { [name]: file });
  }
  process.argv = [process.execPath, program, ...(isVitest ? ['run'] : []), ...options];
  await import(pathToFileURL(program).href);
}

/** @param {string} name */
const passes = (name) =>
  spawnSync(process.execPath, ['scripts/program.mjs', 'verify', name], { stdio: 'inherit' }).status === 0;

const [, , first = '', name, ...options] = process.argv;
const list = lists[first];
const entry = list?.[name ?? ''];
if (!list) await run(process.argv.slice(2));
else if (entry) {
  for (const [variable, value] of Object.entries(entry.env ?? {})) process.env[variable] ??= value;
  await run([...entry.run.split(' '), ...options]);
} else if (first === 'verify' && name === 'all') {
  const proofs = Object.keys(list).filter((one) => !list[one]?.byHand);
  const failed = proofs.filter((one) => !passes(one));
  if (failed.length > 0) {
    console.error(`\n${failed.length} of ${proofs.length} proofs failed: ${failed.join(', ')}`);
    process.exitCode = 1;
  }
} else {
  if (name !== undefined) {
    console.log(`There is no ${first === 'verify' ? 'proof' : first} "${name}". Choose one of these:\n`);
    process.exitCode = 1;
  }
  const width = Math.max(...Object.keys(list).map(({ length }) => length));
  console.log(`npm run ${first} -- NAME [OPTIONS]${first === 'verify' ? '; all runs those without a *' : ''}\n`);
  for (const [one, { about, costs, byHand }] of Object.entries(list))
    console.log(`  ${one.padEnd(width)}  ${byHand ? '* ' : ''}${about} (${costs})`);
}
