import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultModel } from '../../src/shared/defaultModel';
import type { Engine } from '../../src/shared/engine';
import { verdict } from './bars';
import { builtWorker, startEngine } from './engineUnderTest';
import { besideLlamaCpp, missing, positions as compared, tell } from './llamaCpp';
import { tensorBytes, writeLlama, type LlamaSizes } from './llamaFile';
import { median, print, report, timed } from './measure';

// `npm run bench -- large [--shape 1B] [--model FILE] [--llama FOLDER]`: files of the shapes of Llama 3.2 1B and
// Llama 3.1 8B in Q4_K_M with random weights, written to the system's folder for temporary files one after the other,
// each loaded and run in the engine's process. The default model and the 1B shape are also run beside node-llama-cpp,
// where that is installed in FOLDER. Prints time and memory; fails only where a model does not run. With --model a file
// of one's own is measured in their place.

interface Shape extends LlamaSizes {
  /** Tokens that are inspected. */
  readonly positions: number;
  readonly most: {
    readonly loadSeconds?: number;
    readonly inspectionSeconds?: number;
    readonly memoryBeyondFile?: number;
  };
  readonly besideLlamaCpp?: boolean;
}

const shapes: Readonly<Record<string, Shape>> = {
  '1B': {
    ...{
      layers: 16,
      dimensions: 2048,
      heads: 32,
      keyValueHeads: 8,
      feedForward: 8192,
      vocabulary: 128_256,
      tied: true,
    },
    ...{
      positions: 128,
      most: { loadSeconds: 2.5, inspectionSeconds: 4, memoryBeyondFile: 350 },
      besideLlamaCpp: true,
    },
  },
  '3B': {
    ...{
      layers: 28,
      dimensions: 3072,
      heads: 24,
      keyValueHeads: 8,
      feedForward: 8192,
      vocabulary: 128_256,
      tied: true,
    },
    ...{ positions: 128, most: {} },
  },
  '8B': {
    ...{
      layers: 32,
      dimensions: 4096,
      heads: 32,
      keyValueHeads: 8,
      feedForward: 14_336,
      vocabulary: 128_256,
      tied: false,
    },
    ...{ positions: 32, most: { memoryBeyondFile: 700 } },
  },
};
const mebibyte = 2 ** 20;

const { values } = parseArgs({
  options: {
    shape: { type: 'string', default: '1B,8B' },
    model: { type: 'string' },
    llama: { type: 'string' },
    beside: { type: 'string' },
  },
});
const text = Array.from(
  { length: 256 },
  (_, i) => ` ${String.fromCharCode(97 + (i % 26), 97 + (Math.floor(i / 26) % 26), 97 + ((7 * i) % 26))}`,
).join('');

if (values.beside !== undefined) print(JSON.stringify(await besideLlamaCpp(values.beside, text, values.llama)));
else if (values.model !== undefined) await measure(values.model, { positions: 128, most: {} });
else {
  beside('default model', defaultModel.path);
  for (const name of values.shape.split(',')) await written(name);
}
process.exit();

/** Writes a file of a shape, measures it and deletes it. */
async function written(name: string): Promise<void> {
  const shape = shapes[name];
  if (!shape) throw new Error(`There is no shape ${name}; choose among ${Object.keys(shapes).join(', ')}.`);
  const bytes = tensorBytes(shape);
  const needed = bytes + 1024 * mebibyte;
  const { bavail, bsize } = statfsSync(tmpdir());
  const lacking = [
    bavail * bsize < needed && `disk in ${tmpdir()}`,
    process.availableMemory() < needed && 'memory',
  ].filter((what) => what !== false);
  print(`\n${name} shape, ${(bytes / 1e9).toFixed(2)} GB`);
  if (lacking.length > 0)
    return print(`skipped: less than ${(needed / 1e9).toFixed(1)} GB of ${lacking.join(' and ')} is free`);
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-large-'));
  const clean = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', clean);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  const path = join(folder, `random-${name}.Q4_K_M.gguf`);
  writeLlama(path, shape);
  await measure(path, shape);
  if (shape.besideLlamaCpp) beside(`${name} shape`, path);
  clean();
}

async function measure(path: string, { positions, most }: Pick<Shape, 'positions' | 'most'>): Promise<void> {
  // A virtual machine may get its memory from its host at the first touch, so a first load alone would time the host.
  const before = [await loadedOnce(path), await loadedOnce(path)];
  const { engine, peak, end } = startEngine(builtWorker());
  await engine.describe({ path });
  const bare = peak();
  const start = performance.now();
  const { vectorBits } = await engine.load({ path });
  const load = median([...before, performance.now() - start]);
  const loaded = peak();
  const { tokens } = await engine.tokenise({ text });
  const shown = text.slice(0, tokens[Math.min(positions, tokens.length) - 1]?.end);
  const count = (await engine.tokenise({ text: shown })).tokens.length;

  const inspect = (by: Engine) => by.inspect({ text: shown, neighbours: 10, top: 20, layers: true, centred: false });
  const inspections = await several((round) => inspected(engine, round));
  const { entropy, layers } = await engine.run({ text: shown });
  const numbers = [...entropy, ...layers.residualSize.flatMap((sizes) => [...sizes])];
  if (!numbers.every((value) => Number.isFinite(value) && value > 0))
    throw new Error('The predictions or the residuals are no numbers.');
  const grown = await several((round) => timed(() => engine.run({ text: `${shown} ${'abc'.slice(0, round + 1)}` })));
  const ones = await several((round) =>
    timed(() => engine.neighbours({ id: tokens[round]?.id ?? 0, count: 10, centred: false })),
  );
  const held = peak();
  const byBits = vectorBits === 256 ? await besideFourNumbers() : undefined;
  await end();

  /** Milliseconds of a whole inspection whose text shares nothing with the one before. */
  async function inspected(by: Engine, round: number): Promise<number> {
    await by.run({ text: ` other ${round}` });
    return timed(() => inspect(by));
  }

  /** Milliseconds with 256 bits and with 128, of two processes in turn. */
  async function besideFourNumbers(): Promise<[wide: number, narrow: number]> {
    const four = startEngine(builtWorker(), 'relaxed');
    await four.engine.load({ path });
    const [wide, narrow]: [number[], number[]] = [[], []];
    for (let round = 0; round < 4; round++) {
      wide.push(await inspected(engine, round));
      narrow.push(await inspected(four.engine, round));
    }
    await four.end();
    // The first round of a process compiles.
    return [median(wide.slice(1)), median(narrow.slice(1))];
  }

  const file = statSync(path).size / mebibyte;
  const seconds = (time: number) => `${(time / 1000).toFixed(2)} s`;
  const mebibytes = (size: number) => `${size.toFixed(0)} MiB`;
  const within = (bar: number | undefined, time: number) =>
    bar === undefined ? '' : verdict({ value: bar }, 's', time / 1000);
  report([
    ['load with self-check, median of 3 processes', seconds(load), within(most.loadSeconds, load)],
    [
      `whole inspection, ${count} tokens`,
      seconds(median(inspections)),
      most.inspectionSeconds === undefined ? 'runs' : within(most.inspectionSeconds, median(inspections)),
    ],
    ...(byBits ? [wideLine(...byBits)] : []),
    ['the same text grown by a word', seconds(median(grown)), ''],
    ['neighbours of one token', `${median(ones).toFixed(0)} ms`, ''],
    ['the file', mebibytes(file), ''],
    ['peak memory of the engine’s process before the load', mebibytes(bare), ''],
    ['peak memory while loading', mebibytes(loaded), ''],
    [
      'peak memory of all, beyond the file',
      mebibytes(held - file),
      most.memoryBeyondFile === undefined ? '' : verdict({ value: most.memoryBeyondFile }, 'MiB', held - file),
    ],
  ]);
}

const wideLine = (wide: number, narrow: number): [string, string, string] => [
  'with 256 bits, and with 128 in turn',
  `${(wide / 1000).toFixed(2)} s, ${(narrow / 1000).toFixed(2)} s, ${(wide / narrow).toFixed(2)} ×`,
  verdict({ ratio: 0.7 }, 's', wide, narrow),
];

/** Milliseconds of a load in a process of its own. */
async function loadedOnce(path: string): Promise<number> {
  const { engine, end } = startEngine(builtWorker());
  await engine.describe({ path });
  const time = await timed(() => engine.load({ path }));
  await end();
  return time;
}

/** In a process of its own, which is free of what the engine's process leaves to this one. */
function beside(name: string, path: string): void {
  const absent = missing(values.llama);
  if (absent !== undefined) return print(`${name} beside node-llama-cpp: ${absent}`);
  const options = ['--beside', path, ...(values.llama === undefined ? [] : ['--llama', values.llama])];
  const { status, stdout } = spawnSync(process.execPath, [process.argv[1] as string, ...options], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`The run beside node-llama-cpp failed: ${stdout}`);
  const found = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Awaited<ReturnType<typeof besideLlamaCpp>>;
  tell(name, found);
  report([
    [
      `all logits of ${compared} tokens`,
      `${found.ours.toFixed(0)} ms, theirs ${found.theirs.toFixed(0)} ms, ${(found.ours / found.theirs).toFixed(2)} ×`,
      verdict({ ratio: 1.5 }, 'ms', found.ours, found.theirs),
    ],
  ]);
}

async function several(work: (round: number) => Promise<number>): Promise<number[]> {
  const found: number[] = [];
  for (let round = 0; round < 3; round++) found.push(await work(round));
  return found;
}
