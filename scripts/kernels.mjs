// Compiles the kernels (src/kernels, AssemblyScript): with relaxed SIMD, which multiplies and adds in one rounding, and
// with plain SIMD for engines that refuse it; each over a memory that threads share, and over one thread's own. The
// wide tile is a module of its own and has relaxed SIMD.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runQuietly } from './editor/commands.mjs';
import { temporaryFolder } from './editor/temporary.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const builds = ['relaxed', 'plain', 'wide'].flatMap((simd) => ['shared', 'own'].map((memory) => ({ simd, memory })));

/** @returns {Promise<import('./build/place.mjs').Output[]>} */
export async function compileKernels() {
  const folder = await temporaryFolder('kernels');
  try {
    return await Promise.all(builds.map((build) => compile(build, folder.path)));
  } finally {
    await folder.remove();
  }
}

/**
 * @param {{ simd: string, memory: string }} build
 * @param {string} folder
 */
async function compile({ simd, memory }, folder) {
  const name = `${simd}-${memory}.wasm`;
  const options = [
    '-O3',
    '--runtime',
    'stub',
    '--noAssert',
    '--importMemory',
    '--initialMemory',
    '1',
    '--maximumMemory',
    '65536',
    '--enable',
    'simd',
  ];
  if (simd !== 'plain') options.push('--enable', 'relaxed-simd');
  if (memory === 'shared') options.push('--enable', 'threads', '--sharedMemory');
  const entry = simd === 'wide' ? 'wide' : 'index';
  const compiler = join(root, 'node_modules', 'assemblyscript', 'bin', 'asc.js');
  await runQuietly(process.execPath, [compiler, `src/kernels/${entry}.ts`, '-o', join(folder, name), ...options], {
    cwd: root,
    what: 'Compiling the kernels',
  });
  return { path: `kernels/${name}`, contents: await readFile(join(folder, name)) };
}
