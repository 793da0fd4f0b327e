import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildCommandLine } from '../../scripts/build.mjs';
import { placePrograms } from '../../scripts/build/program.mjs';
import { isRelaxed } from '../../src/engine/kernels/kernels';
import { platform } from '../../src/engine/platform/node/platform';
import type { KernelBuild } from '../../src/engine/platform/platform';
import { defaultModel } from '../../src/shared/defaultModel';
import { reportBuilds, type Bar, type Line } from './bars';
import { startChild } from './child';
import { builds, environmentFor } from './engineUnderTest';
import { reportLargeVocabulary } from './largeVocabulary';
import { median, print } from './measure';

// `npm run bench [-- --rounds 7] [-- --python /path/to/python]`: the engine with each build of its kernels and PyTorch,
// in interleaved rounds on one machine, as a table with the bars; then the memory that each section of the panel takes
// with a vocabulary of 262,144 tokens, which `-- --memory` measures alone. Never fails on a time.

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    memory: { type: 'boolean', default: false },
    python: { type: 'string', default: process.env['PYTHON'] ?? 'python3' },
  },
});
if (values.memory) {
  await reportLargeVocabulary();
  process.exit();
}
const rounds = Number(values.rounds);
/** As many as the engine takes by itself. */
const threads = Math.min(8, availableParallelism());
const root = new URL('../../', import.meta.url);
const path = (relative: string) => fileURLToPath(new URL(relative, root));

interface Answer {
  readonly milliseconds: number;
  readonly peakMiB: number;
}

type Both<T> = Partial<Record<KernelBuild, T>>;

const wholeInspections: readonly (readonly [length: string, relaxed: number, plain: number])[] = [
  ['16', 0.85, 1],
  ['64', 1.15, 1.4],
  ['256', 1.15, 1.4],
];
const both = (bar: Bar): Record<KernelBuild, Bar> => ({ relaxed: bar, plain: bar });
const most = (relaxed: number, plain: number): Record<KernelBuild, Bar> => ({
  relaxed: { value: relaxed },
  plain: { value: plain },
});
const medians = (times: Both<number[]>): Both<number> =>
  Object.fromEntries(Object.entries(times).map(([build, all]) => [build, median(all)]));

const [oursFile = '', memoryFile = ''] = await placePrograms(
  'bench',
  { ours: 'test/bench/ours.ts', memory: 'test/bench/memory.ts' },
  {},
);
await buildCommandLine();

const measured = platform.kernelBuild(isRelaxed) === 'relaxed' ? builds : (['plain'] as const);
if (measured.length < builds.length) print('This Node.js has no relaxed SIMD: that build is skipped.');
const hasPytorch =
  spawnSync(values.python, ['-c', 'import torch, transformers, accelerate, gguf'], { stdio: 'ignore' }).status === 0;
if (!hasPytorch) print(`${values.python} lacks torch, transformers, accelerate or gguf: PyTorch is skipped.`);

const startOurs = (build: KernelBuild) =>
  startChild<unknown, Answer>(process.execPath, [oursFile], environmentFor(build));
const startTheirs = () =>
  startChild<{ readonly version: string }, Answer>(
    values.python,
    [
      path('test/bench/pytorch_inspection.py'),
      path(defaultModel.path),
      path('test/fixtures/prompts.json'),
      String(threads),
    ],
    { ...process.env, TQDM_DISABLE: '1' },
  );

const lines = [commandLines(), await coldStarts()];
const ours = new Map<KernelBuild, Awaited<ReturnType<typeof startOurs>>>();
for (const build of measured) ours.set(build, await startOurs(build));
const theirs = hasPytorch ? await startTheirs() : undefined;
lines.push(...(await inspections()));
lines.push(
  { what: 'a run of 256 tokens', unit: 'ms', ours: medians(await alternate('full')) },
  {
    what: 'the same text grown by 4 tokens after 250',
    unit: 'ms',
    digits: 1,
    ours: medians(await alternate('grown')),
    bars: most(70, 80),
  },
  {
    what: 'tokens, sizes and neighbours of one token, warm',
    unit: 'ms',
    digits: 1,
    ours: medians(await alternate('one')),
    bars: most(18, 20),
  },
  {
    what: 'inspection of 256 tokens, cancelled at the latest after',
    unit: 'ms',
    digits: 1,
    ours: slowest(await alternate('cancel', Math.min(3, rounds))),
    bars: most(50, 50),
  },
);
for (const child of ours.values()) await child.stop();
await theirs?.stop();
lines.push(await unloaded());

print(
  `medians of ${rounds} interleaved rounds, ${threads} threads, ${cpus()[0]?.model ?? 'unknown processor'}, Node.js ${process.version}${theirs ? `, ${theirs.first.version}` : ''}`,
);
reportBuilds('PyTorch', lines);
await reportLargeVocabulary();
process.exit();

/**
 * The command line from its start to its last line, with the model's file in memory of the disk after the first round.
 */
function commandLines(): Line {
  const found: Both<number[]> = {};
  for (let round = 0; round <= rounds; round++) {
    for (const build of measured) {
      const start = performance.now();
      const { status } = spawnSync(
        process.execPath,
        [path('bin/vectorscope.mjs'), 'inspect', 'The capital of France is'],
        { env: environmentFor(build), stdio: ['ignore', 'pipe', 'inherit'] },
      );
      if (status !== 0) throw new Error(`The command line ended with code ${status}.`);
      if (round > 0) (found[build] ??= []).push((performance.now() - start) / 1000);
    }
  }
  return {
    what: '`vectorscope inspect` of 5 tokens, from its start to its last line',
    unit: 's',
    digits: 2,
    ours: medians(found),
    bars: most(1.2, 1.2),
  };
}

/** From the start of a process to the first prediction. */
async function coldStarts(): Promise<Line> {
  const found: Record<KernelBuild | 'theirs', number[]> = { relaxed: [], plain: [], theirs: [] };
  const note = async (who: keyof typeof found, start: () => ReturnType<typeof startChild>) => {
    const child = await start();
    found[who].push(child.coldSeconds);
    await child.stop();
  };
  for (let round = 0; round < Math.min(3, rounds); round++) {
    for (const build of measured) await note(build, () => startOurs(build));
    if (hasPytorch) await note('theirs', startTheirs);
  }
  const times: Both<number[]> = Object.fromEntries(measured.map((build) => [build, found[build]]));
  return {
    what: 'process start to the first prediction, 16 tokens',
    unit: 's',
    digits: 2,
    beside: hasPytorch ? median(found.theirs) : undefined,
    ours: medians(times),
    bars: both({ value: 1.2, ratio: 0.08 }),
  };
}

async function inspections(): Promise<Line[]> {
  const times = wholeInspections.map(() => ({
    ours: Object.fromEntries(measured.map((build) => [build, [] as number[]])) as Both<number[]>,
    theirs: [] as number[],
  }));
  const peaks: Both<number> = {};
  let theirPeak: number | undefined;
  for (let round = 0; round <= rounds; round++) {
    for (const [i, [length]] of wholeInspections.entries()) {
      for (const [build, child] of ours) {
        const { milliseconds, peakMiB } = await child.ask(length);
        peaks[build] = peakMiB;
        // The first round warms all of them up.
        if (round > 0) times[i]?.ours[build]?.push(milliseconds);
      }
      const other = await theirs?.ask(length);
      theirPeak = other?.peakMiB;
      if (other && round > 0) times[i]?.theirs.push(other.milliseconds);
    }
  }
  return [
    {
      what: 'peak memory, 256 tokens (ours: of the engine’s process)',
      unit: 'MiB',
      beside: theirPeak,
      ours: peaks,
      bars: most(320, 320),
    },
    ...wholeInspections.map(([length, relaxed, plain], i): Line => {
      const found = times[i] as (typeof times)[number];
      return {
        what: `whole inspection, ${length} tokens, warm`,
        unit: 'ms',
        beside: theirs && median(found.theirs),
        ours: medians(found.ours),
        bars: { relaxed: { ratio: relaxed }, plain: { ratio: plain } },
      };
    }),
  ];
}

/** A task of ours, the builds in turn. */
async function alternate(task: string, times = rounds): Promise<Both<number[]>> {
  const found: Both<number[]> = Object.fromEntries(measured.map((build) => [build, [] as number[]]));
  for (let round = 0; round < times; round++) {
    for (const [build, child] of ours) found[build]?.push((await child.ask(task)).milliseconds);
  }
  return found;
}

function slowest(times: Both<number[]>): Both<number> {
  return Object.fromEntries(Object.entries(times).map(([build, all]) => [build, Math.max(...all)]));
}

/** What the extension host still holds once the model is unloaded. */
async function unloaded(): Promise<Line> {
  const found: Both<number> = {};
  for (const build of measured) {
    const { first, stop } = await startChild<{ readonly before: number; readonly after: number[] }, never>(
      process.execPath,
      [memoryFile],
      environmentFor(build),
    );
    await stop();
    found[build] = Math.max(...first.after) - first.before;
  }
  return {
    what: 'memory of the extension’s process over its start, unloaded, the most of 3',
    unit: 'MiB',
    ours: found,
    bars: most(100, 100),
  };
}
