// `node scripts/program.mjs FILE.ts [OPTIONS]`: bundles a TypeScript program of test/ (a fraction of a second) and runs
// it.
import { pathToFileURL } from 'node:url';
import { buildEngine } from './build.mjs';
import { placePrograms } from './build/program.mjs';

const [, , file = '', ...options] = process.argv;
await buildEngine();
// With its folder, since programs of different folders may share a name.
const [program = ''] = await placePrograms('programs', { [file.replace(/\.ts$/, '').replaceAll(/[\\/]/g, '-')]: file });
process.argv = [process.execPath, program, ...options];
await import(pathToFileURL(program).href);
