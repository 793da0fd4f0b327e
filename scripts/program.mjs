// `node scripts/program.mjs FILE.ts [OPTIONS]`: bundles a TypeScript program of test/ (a fraction of a second) and runs it.
import { build } from 'esbuild';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildEngine } from './build.mjs';

const [, , file = '', ...options] = process.argv;
const root = fileURLToPath(new URL('..', import.meta.url));
const outfile = fileURLToPath(new URL(`../dist/programs/${basename(file, '.ts')}.mjs`, import.meta.url));
await buildEngine();
// The inference runtime finds its binary beside itself only where it is not bundled. The same holds for what our scripts read.
await build({ absWorkingDir: root, bundle: true, platform: 'node', target: 'node20', format: 'esm', packages: 'external', external: ['./scripts/*'], sourcemap: 'inline', loader: { '.wasm': 'binary' }, entryPoints: [file], outfile, logLevel: 'warning' });
process.argv = [process.execPath, outfile, ...options];
await import(pathToFileURL(outfile).href);
