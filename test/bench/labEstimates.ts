import type { Interval, LabRequest, LabResult } from '../../src/shared/lab';
import { table } from '../../src/tools/text';
import { loadEngine } from './bare';
import { print } from './measure';

// `npm run bench:estimates [-- NAME]`: how soon each experiment has an estimate, how wide its 95 % interval is, and how
// far it is from the result. Takes some minutes. Processor times stand beside the times, for machines with other work;
// two threads use up to two seconds of the processor a second. Never fails on a time.

const text = 'The capital of France is Paris, and the capital of Germany is Berlin. The capital of Spain is';
const requests: readonly LabRequest[] = [
  { name: 'rulers', options: { id: 7042, k: 10, sample: 1000 } },
  { name: 'one-length', options: { id: 7042, k: 10, sample: 1000 } },
  { name: 'round-trip', options: {} },
  { name: 'target-size', options: { directions: 40_000, seed: 1 } },
  { name: 'softmax-shift', options: { text, size: 5, seed: 1 } },
  { name: 'length', options: { text } },
  { name: 'between', options: { text, from: 7042, to: 500, steps: 11 } },
  { name: 'tied', options: {} },
  { name: 'extremes', options: {} },
  { name: 'untrained', options: { from: 3, to: 16 } },
];

/** The share whose interval an estimate gives. */
function leading({ name, result }: LabResult): number | null {
  switch (name) {
    case 'rulers':
    case 'one-length':
      return result.sample.overlap['euclidean-dot'];
    case 'round-trip':
      return result.misses.raw.dot / result.tried;
    case 'target-size':
      return result.winsBySizeDecile.at(-1) ?? null;
    case 'softmax-shift':
    case 'length':
    case 'between':
    case 'tied':
    case 'extremes':
    case 'untrained':
      return null;
  }
}

interface Estimate extends Interval {
  readonly at: Moment;
  readonly share: number;
}

/** Seconds from the start, and of the processor. */
interface Moment {
  readonly wall: number;
  readonly cpu: number;
}

function stopwatch(): () => Moment {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { wall: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 };
  };
}

const engine = await loadEngine();
const seconds = ({ wall, cpu }: Moment): string => `${wall.toFixed(2)} s (${cpu.toFixed(2)} s)`;
const points = (share: number): string => `${(100 * share).toFixed(2)}`;

async function measured(request: LabRequest): Promise<readonly string[]> {
  const estimates: Estimate[] = [];
  const since = stopwatch();
  const found = await engine.lab(request, {
    onProgress: ({ estimate }) => {
      if (!estimate || !('interval' in estimate.result)) return;
      const { interval } = estimate.result;
      const share = leading(estimate);
      if (interval && share !== null) estimates.push({ at: since(), share, ...interval });
    },
  });
  const whole = seconds(since());
  const [first] = estimates;
  const result = leading(found);
  if (!first || result === null) return [request.name, '', whole, '', '', ''];
  const right = estimates.filter(({ low, high }) => low - 1e-9 <= result && result <= high + 1e-9).length;
  return [
    request.name,
    seconds(first.at),
    whole,
    points((first.high - first.low) / 2),
    points(Math.abs(first.share - result)),
    `${right} of ${estimates.length}`,
  ];
}

const [wanted] = process.argv.slice(2);
const rows: (readonly string[])[] = [];
for (const request of requests) {
  if (wanted !== undefined && request.name !== wanted) continue;
  rows.push(await measured(request));
  print(rows.at(-1)?.join('  ') ?? '');
}
print('');
print(
  table(
    [
      '',
      'first estimate (processor)',
      'whole run (processor)',
      '± points at first',
      'error at first',
      'intervals right',
    ],
    rows,
    'lrrrrr',
  ),
);
await engine.close();
process.exit();
