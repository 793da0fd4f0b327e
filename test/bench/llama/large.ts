import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultModel } from '../../../src/shared/defaultModel';
import type { Engine } from '../../../src/shared/engine';
import { verdict } from '../bars';
import { builtWorker, startEngine } from '../engineUnderTest';
import { tensorBytes, writeLlama, type LlamaSizes } from '../llamaFile';
import { inRounds, median, print, report, seconds, timed } from '../measure';
import { missing, positions as compared, rounds, words, type Beside } from './llamaCpp';

// `npm run bench -- large [--shape 1B] [--model FILE] [--llama FOLDER]`: files of the shapes of Llama 3.2 1B, of a
// mixture with as many active parameters and of Llama 3.1 8B in Q4_K_M with random weights, written to the system's
// folder for temporary files one after the other, each loaded and run in the engine's process. The default model and
// the 1B shape are also run beside node-llama-cpp, where that is installed in FOLDER, and the mixture beside a dense
// model. Prints time and memory; fails only where a model does not run. With --model a file of one's own is measured
// in their place.

interface Measured {
  /** Tokens that are inspected. */
  readonly positions: number;
  /** Seconds, and MiB beyond the file. */
  readonly most: { readonly load?: number; readonly inspection?: number; readonly memory?: number };
}

const usual = { heads: 32, keyValueHeads: 8, vocabulary: 128_256 };
const shapes: Readonly<Record<string, Measured & { readonly sizes: LlamaSizes }>> = {
  '1B': {
    sizes: { ...usual, layers: 16, dimensions: 2048, feedForward: 8192, tied: true },
    positions: 128,
    most: { load: 2.5, inspection: 4, memory: 350 },
  },
  mixture: {
    sizes: { ...usual, layers: 16, dimensions: 2048, feedForward: 8192, tied: true, experts: { count: 32, used: 8 } },
    positions: 128,
    most: { memory: 350 },
  },
  recurrent: {
    // As many parameters as the 1B shape: a recurrence has more than attention.
    sizes: { ...usual, layers: 16, dimensions: 2048, feedForward: 6656, tied: true, recurrent: true },
    positions: 128,
    most: { memory: 350 },
  },
  gemma4: {
    sizes: { ...usual, layers: 16, dimensions: 2048, feedForward: 8192, tied: true, besideWidth: 256 },
    positions: 128,
    most: { memory: 350 },
  },
  '8B': {
    sizes: { ...usual, layers: 32, dimensions: 4096, feedForward: 14_336, tied: false },
    positions: 32,
    most: { memory: 700 },
  },
};
const mebibyte = 2 ** 20;

export async function large(names: readonly string[], model: string | undefined, llama: string | undefined) {
  if (model !== undefined) return measure(model, { positions: 128, most: {} });
  beside('default model', defaultModel.path, llama);
  for (const name of names) await written(name, llama);
}

/** Writes a file of a shape, measures it and deletes it. */
async function written(name: string, llama: string | undefined): Promise<void> {
  const shape = shapes[name];
  if (!shape) throw new Error(`There is no shape ${name}; choose among ${Object.keys(shapes).join(', ')}.`);
  const bytes = tensorBytes(shape.sizes);
  const needed = bytes + 1024 * mebibyte;
  const { bavail, bsize } = statfsSync(tmpdir());
  print(`\n${name} shape, ${(bytes / 1e9).toFixed(2)} GB`);
  for (const [what, free] of [
    [`disk in ${tmpdir()}`, bavail * bsize],
    ['memory', process.availableMemory()],
  ] as const)
    if (free < needed) return print(`skipped: less than ${(needed / 1e9).toFixed(1)} GB of ${what} is free`);
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-large-'));
  const clean = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', clean);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  const path = join(folder, `random-${name}.Q4_K_M.gguf`);
  writeLlama(path, shape.sizes);
  await measure(path, shape);
  if (shape.sizes.experts ?? shape.sizes.recurrent ?? shape.sizes.besideWidth)
    await besideDense(path, join(folder, 'dense.gguf'));
  if (name === '1B') beside(`${name} shape`, path, llama);
  clean();
}

async function measure(path: string, { positions, most }: Measured): Promise<void> {
  // A virtual machine may get its memory from its host at the first touch, so a first load alone would time the host.
  const loads = [await loaded(path), await loaded(path), await loaded(path)] as const;
  await Promise.all(loads.slice(1).map(({ end }) => end()));
  const [{ engine, peak, end, vectorBits }] = loads;
  const { tokens } = await engine.tokenise({ text: words });
  const shown = words.slice(0, tokens[Math.min(positions, tokens.length) - 1]?.end);
  const { entropy, layers, length } = await engine.run({ text: shown });
  const numbers = [...entropy, ...layers.residualSize.flatMap((sizes) => [...sizes])];
  if (!numbers.every((value) => Number.isFinite(value) && value > 0))
    throw new Error('The predictions or the residuals are no numbers.');

  /** Milliseconds of a whole inspection whose text shares nothing with the one before. */
  const inspected = async (by: Engine, round: number): Promise<number> => {
    await by.run({ text: ` other ${round}` });
    return timed(() => by.inspect({ text: shown, neighbours: 10, top: 20, layers: true, centred: false }));
  };
  const { own } = await inRounds(3, { own: (round) => inspected(engine, round) });
  const held = peak();
  const narrow = vectorBits === 256 ? await loaded(path, 'relaxed') : undefined;
  // The first round of a process compiles.
  const bits = await inRounds(narrow ? 4 : 0, {
    wide: (round) => inspected(engine, round),
    narrow: (round) => inspected(narrow?.engine ?? engine, round),
  });
  await narrow?.end();
  await end();

  const beyond = held - statSync(path).size / mebibyte;
  const [load, inspection] = [median(loads.map(({ milliseconds }) => milliseconds)), median(own)];
  const [wide, four] = [bits.wide, bits.narrow].map((times) => median(times.slice(1))) as [number, number];
  const within = (bar: number | undefined, unit: 's' | 'MiB', value: number) =>
    bar === undefined ? '' : verdict({ value: bar }, unit, value);
  report([
    ['load with self-check, median of 3 processes', seconds(load), within(most.load, 's', load / 1000)],
    [`whole inspection, ${length} tokens`, seconds(inspection), within(most.inspection, 's', inspection / 1000)],
    ...(narrow
      ? ([
          [
            'with 256 bits, and with 128 in turn',
            `${seconds(wide)}, ${seconds(four)}, ${(wide / four).toFixed(2)} ×`,
            verdict({ ratio: 0.7 }, 's', wide, four),
          ],
        ] as const)
      : []),
    ['peak memory of all, beyond the file', `${beyond.toFixed(0)} MiB`, within(most.memory, 'MiB', beyond)],
  ]);
}

/** One token more of a model, and of a dense one with as many parameters that run at a position. */
async function besideDense(path: string, dense: string): Promise<void> {
  if (shapes['1B']) writeLlama(dense, shapes['1B'].sizes);
  const [own, other] = [await loaded(path), await loaded(dense)];
  const oneMore = async ({ engine }: typeof own, round: number): Promise<number> => {
    const { tokens } = await engine.tokenise({ text: words });
    const until = (at: number) => ({ text: words.slice(0, tokens[at - 1]?.end) });
    await engine.run({ text: ` other ${round}` });
    await engine.run(until(64));
    return timed(() => engine.run(until(65)));
  };
  const found = await inRounds(rounds, {
    own: (round) => oneMore(own, round),
    dense: (round) => oneMore(other, round),
  });
  const [ours, theirs] = [median(found.own), median(found.dense)];
  const times = `${ours.toFixed(1)} ms, the dense model ${theirs.toFixed(1)} ms, ${(ours / theirs).toFixed(2)} ×`;
  report([['one token more after 64', times, verdict({ ratio: 1.5 }, 'ms', ours, theirs)]]);
  await Promise.all([own.end(), other.end()]);
}

/** The model in a process of its own, and the milliseconds of its load. */
async function loaded(path: string, build?: 'relaxed') {
  const started = startEngine(builtWorker(), build);
  await started.engine.describe({ path });
  let vectorBits: number | undefined;
  const milliseconds = await timed(async () => ({ vectorBits } = await started.engine.load({ path })));
  return { ...started, milliseconds, vectorBits };
}

/** Measures a model in a process of its own, which is free of what the engine's process leaves to this one. */
export function beside(name: string, path: string, folder?: string): void {
  const absent = missing(folder);
  if (absent !== undefined) return print(`${name} beside node-llama-cpp: ${absent}`);
  const options = ['beside', path, ...(folder === undefined ? [] : ['--llama', folder])];
  const { status, stdout } = spawnSync(process.execPath, [process.argv[1] as string, ...options], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`The run beside node-llama-cpp failed: ${stdout}`);
  const { ours, theirs, token, agreed, release } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Beside;
  print(
    `${name}, medians of ${rounds} rounds in turn with llama.cpp ${release}. Both name the same token at ${agreed} of ${compared} positions.`,
  );
  report([
    [
      `all logits of ${compared} tokens`,
      `${ours.toFixed(0)} ms, theirs ${theirs.toFixed(0)} ms, ${(ours / theirs).toFixed(2)} ×`,
      verdict({ ratio: 1.5 }, 'ms', ours, theirs),
    ],
    [
      `one token more after ${compared}, its layers beside all of theirs`,
      `${token.layers.toFixed(1)} ms, theirs ${token.theirs.toFixed(1)} ms, ${(token.layers / token.theirs).toFixed(2)} ×`,
      verdict({ ratio: name === 'default model' ? 1.5 : 1.6 }, 'ms', token.layers, token.theirs),
    ],
    ['with all its logits', `${token.ours.toFixed(1)} ms, ${(token.ours / token.theirs).toFixed(2)} ×`, ''],
  ]);
}
