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

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

export const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Prints what was measured, beside the bar that it is to reach. */
export const report = (rows: readonly (readonly [what: string, measured: string, bar: string])[]): void =>
  print(table(['', 'measured', 'bar'], rows, 'lrr'));
