// `node scripts/program.mjs FILE.ts [OPTIONS]`: bundles a TypeScript program of test/ (a fraction of a second) and runs it.
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildEngine } from './build.mjs';
import { placePrograms } from './build/program.mjs';

const [, , file = '', ...options] = process.argv;
await buildEngine();
const [program = ''] = await placePrograms('programs', { [basename(file, '.ts')]: file });
process.argv = [process.execPath, program, ...options];
await import(pathToFileURL(program).href);
