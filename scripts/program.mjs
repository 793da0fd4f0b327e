// `node scripts/program.mjs FILE.ts [OPTIONS]`: bundles a TypeScript program of test/ (a fraction of a second) and runs it.
import { build } from 'esbuild';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [, , file = '', ...options] = process.argv;
const root = fileURLToPath(new URL('..', import.meta.url));
const outfile = fileURLToPath(new URL(`../dist/programs/${basename(file, '.ts')}.mjs`, import.meta.url));
// The inference runtime finds its binary beside itself only where it is not bundled. The same holds for what our scripts read.
await build({ absWorkingDir: root, bundle: true, platform: 'node', format: 'esm', packages: 'external', external: ['./scripts/*'], sourcemap: 'inline', entryPoints: [file], outfile, logLevel: 'warning' });
process.argv = [process.execPath, outfile, ...options];
await import(pathToFileURL(outfile).href);
