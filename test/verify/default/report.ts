import { table } from '../../../src/tools/text';
import { print } from '../../bench/measure';
import type { Errors } from '../../unit/support/bothTruth';

/** Prints the largest errors beside their bars; whether all are within them. */
export function report(of: string, { rows }: Errors): boolean {
  const lines = rows.map(({ what, error, bar, share }) => [
    what,
    error.toExponential(1),
    `≤ ${bar.toExponential(1)}${share <= 1 ? '' : ', missed'}`,
  ]);
  print(table([`${of}, the largest errors`, 'measured', 'bar'], lines, 'lrr'));
  return rows.every(({ share }) => share <= 1);
}
