import { integer, maxValue, minValue, number, pipe } from 'valibot';

/** Of a token. No vocabulary is larger. */
export const id = pipe(number(), integer(), minValue(0), maxValue(2 ** 24));
export const positive = pipe(number(), integer(), minValue(1), maxValue(2 ** 31));
export const byte = pipe(number(), integer(), minValue(0), maxValue(255));
