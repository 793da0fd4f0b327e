import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { defaultModel } from '../../src/shared/defaultModel';
import { passes, type Check } from '../bench/measure';

// `npm run verify -- packed`: packs the command line as npm does, installs the package in
// an empty folder and runs it there. Takes two minutes, and npm fetches the dependencies. Ends with 1 if one fails.

const folder = mkdtempSync(join(tmpdir(), 'vectorscope-packed-'));
const run = (command: string, cwd: string, ...args: readonly string[]) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 });

const checks: Check[] = [];
const check = (what: string, ok: boolean, measured: string) => checks.push([what, '', measured, ok]);

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

try {
  const printed = run('npm', resolve('.'), 'pack', '--json', '--silent', '--pack-destination', folder);
  // `prepack` may print before it.
  const [packed] = JSON.parse(printed.slice(printed.indexOf('[\n'))) as [Packed];
  const files = packed.files.map(({ path }) => path);
  const foreign = files.filter((file) => /^(src|test|scripts|media|docs\/pictures|dist\/(?!cli\/))|\.map$/.test(file));
  check('holds no sources, tests, pictures or site', foreign.length === 0, foreign.slice(0, 5).join(', ') || 'none');
  const needed = ['bin/vectorscope.mjs', 'dist/cli/vectorscope.mjs', defaultModel.path, 'LICENSE', 'NOTICES.txt'];
  const missing = needed.filter((file) => !files.includes(file));
  check('holds the program, the model and the licences', missing.length === 0, `${files.length} files`);

  run('npm', folder, 'init', '--yes');
  run('npm', folder, 'install', '--no-audit', '--no-fund', join(folder, packed.filename));
  const vectorscope = (...args: readonly string[]) => run('npx', folder, '--no-install', 'vectorscope', ...args);
  const france = vectorscope('inspect', 'The capital of France is').split('\n');
  const first = france.findLast((line) => line.startsWith(' 1  ')) ?? '';
  check('inspect prints its table', /·Paris +0\.773 .* 17\.37$/.test(first), first.trim());
  const tied = vectorscope('lab', 'tied').split('\n')[0] ?? '';
  check('lab runs an experiment', tied.startsWith('Input and output vectors are the same rows'), tied);
  const runtime = 'createRequire(require.resolve("vectorscope/package.json")).resolve(NAME)';
  const name = JSON.stringify('onnxruntime-web/ort-wasm-simd-threaded.wasm');
  const found = run('node', folder, '-p', `require('module').${runtime.replace('NAME', name)}`).trim();
  check('finds the ONNX Runtime among its dependencies', found.endsWith('.wasm'), found.slice(folder.length));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = passes(checks) ? 0 : 1;
