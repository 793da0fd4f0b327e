import { count, fixed } from '../../shared/format';
import type { Sink } from './sizes';

/** A number in a sentence, to three figures: `27,400`, `310`, `2.6`. */
export const about = (value: number): string =>
  Math.abs(value) >= 100 ? count(Number(value.toPrecision(3))) : fixed(value, 1);

/** How many times as long as the others: `163`. */
export const times = ({ here, others }: Pick<Sink, 'here' | 'others'>): string =>
  count(Number((here / others).toPrecision(3)));
