// `npm run bench`: ours and PyTorch in interleaved rounds on one machine, as a table. Never fails on a time.
//   npm run bench [-- --rounds 7] [-- --python /path/to/python]
import { build } from 'esbuild';
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { buildEngine } from '../../scripts/build.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' }, python: { type: 'string', default: process.env.PYTHON ?? 'python3' } } });
const rounds = Number(values.rounds);
const threads = 2;
const path = (relative) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const model = path('models/SmolLM2-135M-Instruct.Q4_1.gguf');

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** A child that answers every line with one JSON line. */
async function start(command, args) {
  const began = performance.now();
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ended early.`);
    return JSON.parse(value);
  };
  const first = await next();
  return {
    first,
    coldSeconds: (performance.now() - began) / 1000,
    ask: (line) => {
      child.stdin.write(`${line}\n`);
      return next();
    },
    stop: () => new Promise((resolve) => child.once('exit', resolve) && child.stdin.end()),
  };
}

await buildEngine();
await build({ absWorkingDir: path('.'), bundle: true, platform: 'node', format: 'esm', entryPoints: { ours: 'test/bench/ours.ts', memory: 'test/bench/memory.ts' }, outdir: 'dist/bench', outExtension: { '.js': '.mjs' }, logLevel: 'warning' });
const startOurs = () => start(process.execPath, [path('dist/bench/ours.mjs')]);
const startTheirs = () => start(values.python, [path('test/bench/pytorch_inspection.py'), model, path('test/fixtures/prompts.json'), String(threads)]);
const hasPytorch = spawnSync(values.python, ['-c', 'import torch, transformers, accelerate, gguf'], { stdio: 'ignore' }).status === 0;
if (!hasPytorch) console.log(`${values.python} lacks torch, transformers, accelerate or gguf: the PyTorch side is skipped.`);

const table = [];
const report = (what, ours, theirs, bar, unit = 'ms', digits = 0) =>
  table.push({ what, ours: `${ours.toFixed(digits)} ${unit}`, PyTorch: theirs === undefined ? '–' : `${theirs.toFixed(digits)} ${unit}`, ratio: theirs === undefined ? '–' : (ours / theirs).toFixed(2), bar });

const cold = { ours: [], theirs: [] };
for (let round = 0; round < Math.min(3, rounds); round++) {
  const ours = await startOurs();
  cold.ours.push(ours.coldSeconds);
  await ours.stop();
  if (hasPytorch) {
    const theirs = await startTheirs();
    cold.theirs.push(theirs.coldSeconds);
    await theirs.stop();
  }
}
report('cold start to the first prediction, 16 tokens', median(cold.ours), hasPytorch ? median(cold.theirs) : undefined, '< 2.5 s, ≤ 0.17 ×', 's', 2);

const ours = await startOurs();
const theirs = hasPytorch ? await startTheirs() : undefined;
const times = { ours: {}, theirs: {} };
let memory = 0;
let theirMemory;
for (let round = 0; round <= rounds; round++) {
  for (const length of ['16', '64', '256']) {
    const mine = await ours.ask(length);
    const other = await theirs?.ask(length);
    memory = mine.peakMiB;
    theirMemory = other?.peakMiB;
    // The first round warms both up.
    if (round === 0) continue;
    (times.ours[length] ??= []).push(mine.milliseconds);
    if (other) (times.theirs[length] ??= []).push(other.milliseconds);
  }
}
report('peak memory, 256 tokens (ours: of the engine, all of it)', memory, theirMemory, '≤ 750 MiB', 'MiB');
for (const [length, bar] of [['16', '≤ 1.6 ×'], ['64', '≤ 2.0 ×'], ['256', '≤ 2.4 ×']]) {
  report(`whole inspection, ${length} tokens, warm`, median(times.ours[length]), times.theirs[length] && median(times.theirs[length]), bar);
}
const several = async (task) => {
  const found = [];
  for (let round = 0; round < rounds; round++) found.push((await ours.ask(task)).milliseconds);
  return median(found);
};
const full = await several('full');
const grown = await several('grown');
report('a run of 256 tokens', full, undefined, '');
report('the same text grown by 4 tokens', grown, undefined, `≤ 0.20 of it: ${(grown / full).toFixed(2)}`);
report('tokens, sizes and neighbours of one token', await several('one'), undefined, '< 100 ms', 'ms', 1);
await ours.stop();
await theirs?.stop();
const unloading = await start(process.execPath, [path('dist/bench/memory.mjs')]);
const { before, loaded, after } = unloading.first;
await unloading.stop();
report(`memory over the start: loaded ${(loaded - before).toFixed(0)} MiB; unloaded, the worst of ${after.length}`, Math.max(...after) - before, undefined, '≤ 100 MiB', 'MiB');
console.log(`medians of ${rounds} interleaved rounds, ${threads} threads${theirs ? `, ${theirs.first.version}` : ''}`);
console.table(table);
