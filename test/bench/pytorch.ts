import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { buildCommandLine } from '../../scripts/build.mjs';
import { placePrograms } from '../../scripts/build/program.mjs';
import { codeServerRunsHere, installCodeServer } from '../../scripts/editor/install.mjs';
import { defaultModel } from '../../src/shared/defaultModel';
import { reportBuilds, reportWide, type Bar, type Line } from './bars';
import { startChild } from './child';
import { builds, environmentFor, type Build } from './engineUnderTest';
import { fromRoot } from './inputs';
import { inRounds, median, print, timed } from './measure';

// `npm run bench -- pytorch [--rounds 7] [--node /path/to/node] [--python /path/to/python]`: the engine with each build
// of its kernels and PyTorch, in interleaved rounds on one machine, as tables with the bars. The engine runs
// in the Node.js of the editor in the browser unless another is named.

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    node: { type: 'string' },
    python: { type: 'string', default: process.env['PYTHON'] ?? 'python3' },
  },
});
const rounds = Number(values.rounds);
const node = values.node ?? (codeServerRunsHere ? (await installCodeServer()).node : process.execPath);
/** As many as the engine takes by itself. */
const threads = Math.min(8, availableParallelism());

interface Answer {
  readonly milliseconds: number;
  readonly peakMiB: number;
}
type Who = Build | 'theirs';
type Each<T> = Readonly<Partial<Record<Who, T>>>;

/** The most of PyTorch's time, and of the time of 128 bits that those of 256 may take. */
const lengths = [
  { length: '16', most: { wide: 0.8, relaxed: 0.85, plain: 1 }, wide: 0.8 },
  { length: '64', most: { wide: 0.8, relaxed: 1.15, plain: 1.4 }, wide: 0.68 },
  { length: '256', most: { wide: 0.8, relaxed: 1.15, plain: 1.4 }, wide: 0.68 },
];
const eachBuild = (of: (build: Build) => Bar): Record<Build, Bar> => ({
  ...{ wide: of('wide'), relaxed: of('relaxed'), plain: of('plain') },
});
const most = (value: number, plain = value) => eachBuild((build) => ({ value: build === 'plain' ? plain : value }));

const [oursFile = ''] = await placePrograms('bench', { ours: 'test/bench/ours.ts' }, {});
await buildCommandLine();

const hasPytorch =
  spawnSync(values.python, ['-c', 'import torch, transformers, accelerate, gguf'], { stdio: 'ignore' }).status === 0;
if (!hasPytorch) print(`${values.python} lacks torch, transformers, accelerate or gguf: PyTorch is skipped.`);

const startOurs = (build: Build) =>
  startChild<{ readonly vectorBits: number }, Answer>(node, [oursFile], environmentFor(build));
const first = await startOurs('wide');
await first.stop();
const measured = builds.filter((build) => build !== 'wide' || first.first.vectorBits === 256);
if (measured.length < builds.length) print(`${node} computes with 128 bits here: the tiles of 256 bits are skipped.`);
const theirFiles = ['test/bench/pytorch_inspection.py', defaultModel.path, 'test/fixtures/prompts.json'].map(fromRoot);
const startTheirs = () =>
  startChild<{ readonly version: string }, Answer>(values.python, [...theirFiles, String(threads)], {
    ...process.env,
    TQDM_DISABLE: '1',
  });

/** Medians of what each gives in turn; the first round warms all of them up where it is left out. */
async function inTurn(times: number, who: readonly Who[], work: (who: Who) => Promise<number>, warms = 0) {
  const works = Object.fromEntries(who.map((one) => [one, () => work(one)]));
  const found = Object.entries(await inRounds(warms + times, works));
  return Object.fromEntries(found.map(([one, all]) => [one, median(all.slice(warms))])) as Each<number>;
}
const line = (found: Each<number>, about: Omit<Line, 'ours' | 'beside'>): Line => {
  const { theirs: beside, ...ours } = found;
  return { ...about, beside, ours };
};
const all: readonly Who[] = hasPytorch ? [...measured, 'theirs'] : measured;

/** The command line from its start to its last line, with the model's file in the memory of the disk. */
const commandLine = async (build: Who) => {
  const time = await timed(async () => {
    const args = [fromRoot('bin/vectorscope.mjs'), 'inspect', 'The capital of France is'];
    const env = environmentFor(build as Build);
    const { status } = spawnSync(node, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    if (status !== 0) throw new Error(`The command line ended with code ${status}.`);
  });
  return time / 1000;
};
/** From the start of a process to the first prediction. */
const coldStart = async (who: Who) => {
  const { coldSeconds, stop } = await (who === 'theirs' ? startTheirs() : startOurs(who));
  await stop();
  return coldSeconds;
};
const lines = [
  line(await inTurn(rounds, measured, commandLine, 1), {
    what: '`vectorscope inspect` of 5 tokens, from its start to its last line',
    ...{ unit: 's', digits: 2, bars: most(1.2) },
  }),
  line(await inTurn(Math.min(3, rounds), all, coldStart), {
    what: 'process start to the first prediction, 16 tokens',
    ...{ unit: 's', digits: 2, bars: eachBuild(() => ({ value: 1.2, ratio: 0.05 })) },
  }),
];

const running = new Map<Who, Pick<Awaited<ReturnType<typeof startTheirs>>, 'ask' | 'stop'>>();
for (const build of measured) running.set(build, await startOurs(build));
const theirs = hasPytorch ? await startTheirs() : undefined;
if (theirs) running.set('theirs', theirs);
const peaks: Record<string, number> = {};
const ask = (task: string) => async (who: Who) => {
  const { milliseconds = NaN, peakMiB = NaN } = (await running.get(who)?.ask(task)) ?? {};
  peaks[who] = peakMiB;
  return milliseconds;
};
for (const { length, most: ratios, wide } of lengths)
  lines.push(
    line(await inTurn(rounds, all, ask(length), 1), {
      what: `whole inspection, ${length} tokens, warm`,
      ...{ unit: 'ms', bars: eachBuild((build) => ({ ratio: ratios[build] })), wideBar: wide },
    }),
  );
lines.push(
  line({ ...peaks }, { what: 'peak memory, 256 tokens (ours: of the engine’s process)', unit: 'MiB', bars: most(320) }),
);
for (const [task, about] of [
  ['full', { what: 'a run of 256 tokens' }],
  ['grown', { what: 'the same text grown by 4 tokens after 250', bars: most(70, 80) }],
  ['one', { what: 'tokens, sizes and neighbours of one token, warm', bars: most(18, 20), wideBar: 0.8 }],
  ['cancel', { what: 'inspection of 256 tokens, cancelled at the latest after', bars: most(50) }],
] as const)
  lines.push(
    line(await inTurn(task === 'cancel' ? 1 : rounds, measured, ask(task)), { unit: 'ms', digits: 1, ...about }),
  );
for (const { stop } of running.values()) await stop();

const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
print(
  `medians of ${rounds} interleaved rounds, ${threads} threads, ${cpus()[0]?.model ?? 'unknown processor'}, Node.js ${version}${theirs ? `, ${theirs.first.version}` : ''}`,
);
reportBuilds('PyTorch', lines);
reportWide(lines);
process.exit();
