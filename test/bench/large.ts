import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LocalEngine } from '../../src/engine/localEngine';
import { writeLlama } from './llamaFile';
import { median, print, report, timed } from './measure';

// `npm run bench:large [-- --shape 3B] [-- --model FILE]`: a file of the shape of Llama 3.2 1B (or 3B) in Q4_K_M with random weights, written to the system's folder for
// temporary files, then loaded and run in a fresh process. Prints time and memory; fails only where the model does not run. With --model a file of
// one's own is measured in its place.

const shapes = {
  '1B': { layers: 16, dimensions: 2048, heads: 32, keyValueHeads: 8, feedForward: 8192, vocabulary: 128_256 },
  '3B': { layers: 28, dimensions: 3072, heads: 24, keyValueHeads: 8, feedForward: 8192, vocabulary: 128_256 },
};
const positions = 128;
const mebibyte = 2 ** 20;

const { values } = parseArgs({ options: { shape: { type: 'string', default: '1B' }, model: { type: 'string' }, measured: { type: 'string' } } });
if (values.measured === undefined) prepare(values.shape === '3B' ? '3B' : '1B', values.model);
else await measure(values.measured);

/** Writes the file and measures it in another process, which starts without anything of this one. */
function prepare(shape: keyof typeof shapes, model: string | undefined): void {
  let path = model;
  if (path === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'vectorscope-large-'));
    process.once('exit', () => rmSync(folder, { recursive: true }));
    process.once('SIGINT', () => process.exit(1));
    path = join(folder, `random-${shape}.Q4_K_M.gguf`);
    print(`${(writeLlama(path, shapes[shape]) / mebibyte).toFixed(0)} MiB of random weights written`);
  }
  process.exitCode = spawnSync(process.execPath, [process.argv[1] as string, '--measured', path], { stdio: 'inherit' }).status ?? 1;
}

async function measure(path: string): Promise<void> {
  const memories = watchMemories();
  const engine = new LocalEngine();
  const resident = () => process.memoryUsage.rss() / mebibyte;
  const peak = () => process.resourceUsage().maxRSS / 1024;
  const before = resident();
  const load = await timed(() => engine.load({ path, threads: 2 }));
  const loaded = { resident: resident(), peak: peak(), wasm: memories() };

  const text = Array.from({ length: positions }, (_, i) => ` ${String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26), 97 + ((7 * i) % 26))}`).join('');
  const { tokens } = await engine.tokenise({ text });
  const shown = text.slice(0, tokens.at(Math.min(positions, tokens.length) - 1)?.end);
  const count = Math.min(positions, tokens.length);
  const runs = await several(async (round) => {
    await engine.run({ text: ` other ${round}` });
    return timed(() => engine.run({ text: shown }));
  });
  const ones = await several(async (round) => {
    const id = tokens[round]?.id as number;
    return timed(() => engine.neighbours({ id, count: 10, centred: false }));
  });
  const grown = await several((round) => timed(() => engine.run({ text: `${shown} ${'abc'.slice(0, round + 1)}` })));
  const inspection = await timed(() => engine.inspect({ text: shown, neighbours: 10, top: 20, layers: true, centred: false }));
  const { entropy } = await engine.run({ text: shown });
  if (!entropy.every((bits) => bits > 0)) throw new Error('The predictions are no numbers.');

  const seconds = (time: number) => `${(time / 1000).toFixed(1)} s`;
  const mebibytes = (size: number) => `${size.toFixed(0)} MiB`;
  report([
    ['load, checked', seconds(load), ''],
    [`run of ${count} tokens`, seconds(median(runs)), ''],
    ['the same text grown by a word', seconds(median(grown)), ''],
    [`inspection of ${count} tokens that were run: neighbours, predictions, layers`, seconds(inspection), ''],
    ['neighbours of one token', `${median(ones).toFixed(0)} ms`, ''],
    ['WASM memory, loaded', mebibytes(loaded.wasm), '≤ 4096 MiB'],
    ['WASM memory at the end', mebibytes(memories()), '≤ 4096 MiB'],
    ['process before the load', mebibytes(before), ''],
    ['process, loaded', mebibytes(loaded.resident), ''],
    ['peak while loading', mebibytes(loaded.peak), ''],
    ['peak of all', mebibytes(peak()), ''],
  ]);
  await engine.close();
  process.exit();
}

async function several(work: (round: number) => Promise<number>): Promise<number[]> {
  const found: number[] = [];
  for (let round = 0; round < 3; round++) found.push(await work(round));
  return found;
}

/** The size of all WASM memories that are made from now on, MiB: the runtime does not tell it. */
function watchMemories(): () => number {
  const made: WebAssembly.Memory[] = [];
  const Memory = WebAssembly.Memory;
  WebAssembly.Memory = class extends Memory {
    constructor(description: WebAssembly.MemoryDescriptor) {
      super(description);
      made.push(this);
    }
  };
  return () => made.reduce((bytes, memory) => bytes + memory.buffer.byteLength, 0) / mebibyte;
}
