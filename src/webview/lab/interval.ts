import { percent } from '../../shared/format';
import type { Interval } from '../../shared/lab';

/** Both ends of an interval in per cent. */
export const rangeOf = ({ low, high }: Interval): readonly [low: string, high: string] => [
  percent(100 * low),
  percent(100 * high),
];
