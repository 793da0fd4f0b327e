// `npm run verify -- samples` tries all of what `npm test` samples or leaves out. These are the tests that import
// test/unit/support/sample.ts, and those of `*.long.test.ts`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folders = ['unit', 'page'].map((name) => join(root, 'test', name));
const files = folders
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
  .filter((file) => /\.test\.tsx?$/.test(file))
  .filter((file) => /\.long\.test\.ts$/.test(file) || /from '.*\/(sample|families)'/.test(readFileSync(file, 'utf8')));

process.env.VECTORSCOPE_SAMPLES = 'all';
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
process.chdir(root);
process.argv = [process.execPath, vitest, 'run', ...files];
await import(vitest);
