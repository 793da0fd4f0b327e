import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { print } from '../bench/measure';
import { runMutations, seed, type Report } from './run';

// Describes, loads and runs `--count` mutated models. The engines run in processes of their
// own, so the report can name the mutation at which one ended or hung. Exits with 1 if anything failed.
// `npm run verify -- mutations --count 20000 --from 0`, with VECTORSCOPE_FUZZ_SEED for other mutations.

/** From an engine's process. */
type Said = { readonly begun: number; readonly what: string } | { readonly report: Report };

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '20000' },
    from: { type: 'string', default: '0' },
    child: { type: 'boolean', default: false },
    processes: { type: 'string', default: '1' },
  },
});
const from = Number(values.from);
const count = Number(values.count);

/** Mutations that one process does: what it does not give back counts until it ends. */
const together = 250;
/** Of a mutation by the clock, on a machine that has other work too. */
const longestWait = 120_000;
const tellEvery = 500;

if (values.child) {
  const say = (said: Said) => process.send?.(said);
  await runMutations(
    from,
    count,
    (begun, what) => say({ begun, what }),
    (report) => say({ report }),
  );
  process.exit(0);
}

const seen = { refused: 0, geometry: 0, ran: 0 };
let slowest = 0;
let done = 0;
let failed = 0;

function fail(number: number, what: string, how: string): void {
  failed++;
  print(`VECTORSCOPE_FUZZ_SEED=${seed}, mutation ${number} (${what}): ${how}`);
}

function take({ number, ended, what, seconds, failures }: Report): void {
  seen[ended]++;
  slowest = Math.max(slowest, seconds);
  for (const failure of failures) fail(number, what, failure);
  if (++done % tellEvery === 0)
    print(
      `${done} of ${count}: ${seen.ran} ran, ${seen.geometry} showed their geometry, ${seen.refused} were refused, ${failed} failures`,
    );
}

/**
 * Does mutations in a process of their own; resolves with the number of the next one, which is not the last where the
 * process ended early.
 */
function inProcess(first: number, end: number): Promise<number> {
  const child = fork(
    process.argv[1] as string,
    ['mutations', '--child', '--from', String(first), '--count', String(end - first)],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  );
  let at: { readonly number: number; readonly what: string } | null = null;
  let next = first;
  let hung = false;
  const watch = () =>
    setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, longestWait);
  let timer = watch();
  child.on('message', (said: Said) => {
    clearTimeout(timer);
    timer = watch();
    if ('begun' in said) at = { number: said.begun, what: said.what };
    else {
      at = null;
      next = said.report.number + 1;
      take(said.report);
    }
  });
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (next === end && code === 0) return resolve(end);
      fail(
        at?.number ?? next,
        at?.what ?? 'before it was made',
        hung ? `nothing came for ${longestWait / 1000} s` : `the process ended (${signal ?? code})`,
      );
      resolve((at?.number ?? next) + 1);
    });
  });
}

let next = from;
async function work(): Promise<void> {
  while (next < from + count) {
    const [first, end] = [next, Math.min(next + together, from + count)];
    next = end;
    for (let at = first; at < end;) at = await inProcess(at, end);
  }
}
await Promise.all(Array.from({ length: Number(values.processes) }, work));

print(
  `${count} mutated models from ${from} on, seed ${seed}: ${seen.ran} ran, ${seen.geometry} showed their geometry, ${seen.refused} were refused; the slowest took ${slowest.toFixed(1)} s of the processor`,
);
print(`${failed} failures`);
process.exit(failed > 0 ? 1 : 0);
