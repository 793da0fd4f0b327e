import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { defaultModel } from '../../src/shared/defaultModel';
import type { Engine } from '../../src/shared/engine';
import { reportBuilds, type Line } from './bars';
import { builtWorker, startEngine, type EngineUnderTest } from './engineUnderTest';
import { median, print, timed } from './measure';

// `npm run bench:before [-- --before REV] [-- --rounds 3] [-- --trips 1] [-- --directions 8192]`: the lens, the round
// trip over the whole vocabulary and the size of the target, on both builds of the kernels and on the engine of an
// older commit, in turn. The older engine is checked out into a temporary folder, built by its own script with our
// node_modules, and reached through the same interface. A round trip takes minutes; `--trips 0` leaves it out. Never
// fails on a time.

const { values } = parseArgs({
  options: {
    before: { type: 'string', default: 'd052d9b' },
    rounds: { type: 'string', default: '3' },
    trips: { type: 'string', default: '1' },
    directions: { type: 'string', default: '8192' },
  },
});
const rounds = Number(values.rounds);
const directions = Number(values.directions);
const root = fileURLToPath(new URL('../../', import.meta.url));
const bars = { relaxed: { ratio: 0.45 }, plain: { ratio: 0.6 } } as const;

const prompts = JSON.parse(readFileSync(join(root, 'test/fixtures/prompts.json'), 'utf8')) as Record<
  '64',
  { text: string }
>;
const { text } = prompts['64'];

const measured = ['relaxed', 'plain'] as const;
type Side = 'before' | (typeof measured)[number];

const older = checkOut(values.before);
const sides = new Map<Side, EngineUnderTest>([
  ['before', startEngine(older)],
  ...measured.map((build): [Side, EngineUnderTest] => [build, startEngine(builtWorker(), build)]),
]);

interface Task {
  readonly what: string;
  readonly rounds: number;
  /** A small part of it, after which nothing is compiled or made for the first time. */
  readonly warm: (engine: Engine) => Promise<unknown>;
  readonly whole: (engine: Engine) => Promise<unknown>;
}

const tasks: readonly Task[] = [
  {
    what: 'lens, 30 layers × 64 positions',
    rounds,
    warm: (engine) => engine.lens({ text, first: 1, count: 1, top: 5 }),
    whole: (engine) => engine.lens({ text, first: 1, count: 30, top: 5 }),
  },
  {
    what: `size of the target, ${directions} directions`,
    rounds,
    warm: (engine) => engine.lab({ name: 'target-size', options: { directions: 64, seed: 1 } }),
    whole: (engine) => engine.lab({ name: 'target-size', options: { directions, seed: 1 } }),
  },
  {
    what: 'round trip, whole vocabulary',
    rounds: Number(values.trips),
    warm: (engine) => engine.lab({ name: 'round-trip', options: { sample: 64 } }),
    whole: (engine) => engine.lab({ name: 'round-trip', options: {} }),
  },
];

for (const { engine } of sides.values()) {
  await engine.load({ path: join(root, defaultModel.path), sha256: defaultModel.sha256 });
  await engine.run({ text });
}
const lines: Line[] = [];
for (const { what, rounds: times, warm, whole } of tasks.filter((task) => task.rounds > 0)) {
  const found: Record<Side, number[]> = { before: [], relaxed: [], plain: [] };
  for (const { engine } of sides.values()) await warm(engine);
  for (let round = 0; round < times; round++) {
    for (const [side, { engine }] of sides) {
      const seconds = (await timed(() => whole(engine))) / 1000;
      found[side].push(seconds);
      print(`${what}, round ${round + 1} of ${times}, ${side}: ${seconds.toFixed(2)} s`);
    }
  }
  const ours = Object.fromEntries(measured.map((build) => [build, median(found[build])]));
  lines.push({
    what: `${what} (${times === 1 ? 'once' : `${times} times`})`,
    unit: 's',
    digits: 2,
    beside: median(found.before),
    ours,
    bars,
  });
}
for (const { end } of sides.values()) await end();
print(`medians of rounds in turn; before: ${values.before}`);
reportBuilds('before', lines);
process.exit();

/** The worker of an older commit, made in a folder that goes with this process. */
function checkOut(revision: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-before-'));
  const tree = join(folder, 'tree');
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  process.once('exit', () => {
    spawnSync('git', ['worktree', 'remove', '--force', tree], { cwd: root });
    rmSync(folder, { recursive: true, force: true });
  });
  run('git', ['worktree', 'add', '--detach', tree, revision], root);
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  run(
    process.execPath,
    ['--input-type=module', '-e', "await (await import('./scripts/build.mjs')).buildEngine()"],
    tree,
  );
  return join(tree, 'dist/node/worker.mjs');
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr}`);
}
