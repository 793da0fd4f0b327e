import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildCommandLine } from '../../scripts/build.mjs';
import { placePrograms } from '../../scripts/build/program.mjs';
import { codeServerRunsHere, installCodeServer } from '../../scripts/editor/install.mjs';
import { defaultModel } from '../../src/shared/defaultModel';
import { reportBuilds, reportWide, type Bar, type Line } from './bars';
import { startChild } from './child';
import { builds, environmentFor, type Build } from './engineUnderTest';
import { median, print } from './measure';

// `npm run bench -- pytorch [--rounds 7] [--node /path/to/node] [--python /path/to/python]`: the engine with each build
// of its kernels and PyTorch, in interleaved rounds on one machine, as tables with the bars. The engine runs
// in the Node.js of the editor in the browser unless another is named. Standard error gets a line for each round.
// Never fails on a time.

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    node: { type: 'string' },
    python: { type: 'string', default: process.env['PYTHON'] ?? 'python3' },
  },
});
const rounds = Number(values.rounds);
const node = values.node ?? (await editorsNode());
/** As many as the engine takes by itself. */
const threads = Math.min(8, availableParallelism());
const root = new URL('../../', import.meta.url);
const path = (relative: string) => fileURLToPath(new URL(relative, root));

interface Answer {
  readonly milliseconds: number;
  readonly peakMiB: number;
}

type Each<T> = Partial<Record<Build, T>>;

interface Inspection {
  readonly length: string;
  /** The most of PyTorch's time, and of the time of 128 bits that those of 256 may take. */
  readonly most: Readonly<Record<Build, number>>;
  readonly wide: number;
}
const wholeInspections: readonly Inspection[] = [
  { length: '16', most: { wide: 0.8, relaxed: 0.85, plain: 1 }, wide: 0.8 },
  { length: '64', most: { wide: 0.8, relaxed: 1.15, plain: 1.4 }, wide: 0.68 },
  { length: '256', most: { wide: 0.8, relaxed: 1.15, plain: 1.4 }, wide: 0.68 },
];
const forEach = (bar: Bar): Record<Build, Bar> => ({ wide: bar, relaxed: bar, plain: bar });
const most = (relaxed: number, plain: number): Record<Build, Bar> => ({
  wide: { value: relaxed },
  relaxed: { value: relaxed },
  plain: { value: plain },
});
const medians = (times: Each<number[]>): Each<number> =>
  Object.fromEntries(Object.entries(times).map(([build, all]) => [build, median(all)]));

const [oursFile = ''] = await placePrograms('bench', { ours: 'test/bench/ours.ts' }, {});
await buildCommandLine();

const hasPytorch =
  spawnSync(values.python, ['-c', 'import torch, transformers, accelerate, gguf'], { stdio: 'ignore' }).status === 0;
if (!hasPytorch) print(`${values.python} lacks torch, transformers, accelerate or gguf: PyTorch is skipped.`);

const startOurs = (build: Build) =>
  startChild<{ readonly vectorBits: number }, Answer>(node, [oursFile], environmentFor(build));
const step = (said: string): void => void process.stderr.write(`${said}\n`);

const first = await startOurs('wide');
await first.stop();
const measured = builds.filter((build) => build !== 'wide' || first.first.vectorBits === 256);
if (measured.length < builds.length) print(`${node} computes with 128 bits here: the tiles of 256 bits are skipped.`);
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
const ours = new Map<Build, Awaited<ReturnType<typeof startOurs>>>();
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
    wideBar: 0.8,
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

print(
  `medians of ${rounds} interleaved rounds, ${threads} threads, ${cpus()[0]?.model ?? 'unknown processor'}, Node.js ${nodeVersion()}${theirs ? `, ${theirs.first.version}` : ''}`,
);
reportBuilds('PyTorch', lines);
reportWide(lines);
process.exit();

/**
 * The command line from its start to its last line, with the model's file in memory of the disk after the first round.
 */
function commandLines(): Line {
  const found: Each<number[]> = {};
  for (let round = 0; round <= rounds; round++) {
    step(`command line, round ${round} of ${rounds}`);
    for (const build of measured) {
      const start = performance.now();
      const { status } = spawnSync(node, [path('bin/vectorscope.mjs'), 'inspect', 'The capital of France is'], {
        env: environmentFor(build),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
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
  const found: Record<Build | 'theirs', number[]> = { wide: [], relaxed: [], plain: [], theirs: [] };
  const note = async (who: keyof typeof found, start: () => ReturnType<typeof startChild>) => {
    const child = await start();
    found[who].push(child.coldSeconds);
    await child.stop();
  };
  for (let round = 0; round < Math.min(3, rounds); round++) {
    step(`process starts, round ${round + 1} of ${Math.min(3, rounds)}`);
    for (const build of measured) await note(build, () => startOurs(build));
    if (hasPytorch) await note('theirs', startTheirs);
  }
  const times: Each<number[]> = Object.fromEntries(measured.map((build) => [build, found[build]]));
  return {
    what: 'process start to the first prediction, 16 tokens',
    unit: 's',
    digits: 2,
    beside: hasPytorch ? median(found.theirs) : undefined,
    ours: medians(times),
    bars: forEach({ value: 1.2, ratio: 0.05 }),
  };
}

async function inspections(): Promise<Line[]> {
  const times = wholeInspections.map(() => ({
    ours: Object.fromEntries(measured.map((build) => [build, [] as number[]])) as Each<number[]>,
    theirs: [] as number[],
  }));
  const peaks: Each<number> = {};
  let theirPeak: number | undefined;
  for (let round = 0; round <= rounds; round++) {
    step(`inspections, round ${round} of ${rounds}`);
    for (const [i, { length }] of wholeInspections.entries()) {
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
    ...wholeInspections.map(({ length, most: ratios, wide }, i): Line => {
      const found = times[i] as (typeof times)[number];
      return {
        what: `whole inspection, ${length} tokens, warm`,
        unit: 'ms',
        beside: theirs && median(found.theirs),
        ours: medians(found.ours),
        bars: {
          wide: { ratio: ratios.wide },
          relaxed: { ratio: ratios.relaxed },
          plain: { ratio: ratios.plain },
        },
        wideBar: wide,
      };
    }),
  ];
}

/** A task of ours, the builds in turn. */
async function alternate(task: string, times = rounds): Promise<Each<number[]>> {
  const found: Each<number[]> = Object.fromEntries(measured.map((build) => [build, [] as number[]]));
  for (let round = 0; round < times; round++) {
    step(`${task}, round ${round + 1} of ${times}`);
    for (const [build, child] of ours) found[build]?.push((await child.ask(task)).milliseconds);
  }
  return found;
}

function slowest(times: Each<number[]>): Each<number> {
  return Object.fromEntries(Object.entries(times).map(([build, all]) => [build, Math.max(...all)]));
}

/** The Node.js that runs the engine in the editor's server, or this one where there is none. */
async function editorsNode(): Promise<string> {
  return codeServerRunsHere ? (await installCodeServer()).node : process.execPath;
}

function nodeVersion(): string {
  return spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
}
