import { median as middle } from 'd3-array';
import { table } from '../../src/tools/text';

/** Milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export async function times(count: number, work: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < count; i++) await work();
}

/** Moments after a sign of progress at which a person might press Cancel, milliseconds: early and late in a product. */
const moments = [0, 20, 40, 60, 80];

/** The longest that a call went on after Cancel was pressed, milliseconds; what holds the press itself up counts. */
export async function slowestCancel(
  call: (control: { readonly signal: AbortSignal; readonly onProgress: () => void }) => Promise<unknown>,
): Promise<number> {
  let longest = 0;
  for (const moment of moments) {
    const abort = new AbortController();
    let pressed = 0;
    const onProgress = () => {
      if (pressed > 0) return;
      pressed = performance.now() + moment;
      setTimeout(() => abort.abort(), moment);
    };
    const ended = await call({ signal: abort.signal, onProgress }).then(
      () => false,
      () => true,
    );
    if (!ended) throw new Error('It came to its end before it could be cancelled.');
    longest = Math.max(longest, performance.now() - pressed);
  }
  return longest;
}

/** Shares of the whole time after which a call is cancelled. */
const shares = [0.02, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95];

/** The same of a call that tells no progress, by the whole time of it. Where it had ended before, nothing counts. */
export async function slowestCancelWithin(
  whole: number,
  call: (control: { readonly signal: AbortSignal }) => Promise<unknown>,
  before: () => Promise<unknown>,
): Promise<number> {
  let longest = 0;
  for (const share of shares) {
    await before();
    const abort = new AbortController();
    let pressed = Infinity;
    const timer = setTimeout(() => {
      pressed = performance.now();
      abort.abort();
    }, share * whole);
    await call({ signal: abort.signal }).catch(() => (longest = Math.max(longest, performance.now() - pressed)));
    clearTimeout(timer);
  }
  if (longest === 0) throw new Error('Every call ended before it could be cancelled.');
  return longest;
}

/**
 * What each work gives, round by round: what else the machine does meets all alike. A work gives its milliseconds.
 */
export async function inRounds<Name extends string>(
  rounds: number,
  works: Readonly<Record<Name, (round: number) => Promise<number>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(works) as Name[];
  const found = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) for (const name of names) found[name].push(await works[name](round));
  return found;
}

export const median = (numbers: readonly number[]): number => middle(numbers) ?? NaN;
export const milliseconds = (time: number, digits = 0): string => `${time.toFixed(digits)} ms`;
/** Of milliseconds. */
export const seconds = (time: number): string => `${(time / 1000).toFixed(2)} s`;
/** The median of the ratios round by round. */
export const over = (times: readonly number[], others: readonly number[]): string =>
  `${median(times.map((time, i) => time / (others[i] as number))).toFixed(2)} ×`;

export const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Prints what was measured, beside the bar that it is to reach. */
export const report = (rows: readonly (readonly [what: string, measured: string, bar: string])[]): void =>
  print(table(['', 'measured', 'bar'], rows, 'lrr'));

export type Check = readonly [what: string, expected: string, measured: string, holds: boolean];

/** Prints what was measured beside what was expected; whether all of it holds. */
export function passes(checks: readonly Check[]): boolean {
  const lines = checks.map(([what, expected, measured, holds]) => [what, expected, measured, holds ? 'ok' : 'OFF']);
  print(table(['', 'expected', 'measured', ''], lines, 'lrrl'));
  return checks.every(([, , , holds]) => holds);
}
