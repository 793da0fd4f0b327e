import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root, textOf } from './support/pages';

interface Mutant {
  readonly file: string;
  readonly from: string;
  readonly caughtBy: string;
}

const mutants = JSON.parse(textOf('test/verify/mutants.json')) as readonly Mutant[];

// Whether the tests notice them costs minutes, and is left to `npm run verify -- mutants`.
it.each(mutants)('$file still has the place of a fault placed by hand: $from', ({ file, from, caughtBy }) => {
  expect(textOf(file).split(from)).toHaveLength(2);
  expect(existsSync(join(root, caughtBy))).toBe(true);
});
