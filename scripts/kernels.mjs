// Compiles the kernels (src/kernels, AssemblyScript) to dist/kernels: with relaxed SIMD, which multiplies and adds in one
// rounding, and with plain SIMD for engines that refuse it; each over a memory that threads share, and over one thread's own.
import { execFile } from 'node:child_process';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = new URL('../', import.meta.url);
const made = new URL('dist/kernels/', root);
const sources = new URL('src/kernels/', root);
const builds = ['relaxed', 'plain'].flatMap((simd) => ['shared', 'own'].map((memory) => ({ simd, memory })));

/**
 * @param {string} simd
 * @param {string} memory
 */
async function compile(simd, memory) {
  const name = `${simd}-${memory}.wasm`;
  // A build beside this one never sees half a file.
  const aside = new URL(`${process.pid}.${name}`, made);
  const options = ['-O3', '--runtime', 'stub', '--noAssert', '--importMemory', '--initialMemory', '1', '--maximumMemory', '65536', '--enable', 'simd'];
  if (simd === 'relaxed') options.push('--enable', 'relaxed-simd');
  if (memory === 'shared') options.push('--enable', 'threads', '--sharedMemory');
  await run(process.execPath, [fileURLToPath(new URL('node_modules/assemblyscript/bin/asc.js', root)), fileURLToPath(new URL('index.ts', sources)), '-o', fileURLToPath(aside), ...options], { cwd: fileURLToPath(root) });
  await rename(aside, new URL(name, made));
}

/** @param {URL} url */
const changedAt = async (url) => (await stat(url).catch(() => undefined))?.mtimeMs;

/** Compiles the kernels where they are older than their sources or the compiler. */
export async function buildKernels() {
  await mkdir(made, { recursive: true });
  const names = (await readdir(sources)).filter((name) => name.endsWith('.ts'));
  const inputs = [...names.map((name) => new URL(name, sources)), new URL('node_modules/assemblyscript/package.json', root), new URL(import.meta.url)];
  const newest = Math.max(...(await Promise.all(inputs.map(async (url) => (await changedAt(url)) ?? 0))));
  const stale = await Promise.all(builds.map(async ({ simd, memory }) => ((await changedAt(new URL(`${simd}-${memory}.wasm`, made))) ?? 0) < newest));
  await Promise.all(builds.filter((_, i) => stale[i]).map(({ simd, memory }) => compile(simd, memory)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels();
