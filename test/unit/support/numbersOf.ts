import type { Run } from '../../../src/shared/engine';

/** What a run says, without its handle, which no other run has. */
export const numbersOf = ({ handle: _, ...numbers }: Run) => numbers;
