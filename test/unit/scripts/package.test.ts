import { expect, it } from 'vitest';
import { checkSize } from '../../../scripts/package.mjs';

it('a package may be six megabytes larger than its model', () => {
  checkSize(104_300_000, 98_300_000);
  expect(() => checkSize(104_310_000, 98_300_000)).toThrow(
    "The package is 6.01 MB larger than its model's file; at most 6.00 MB were expected. Leave something out in .vscodeignore.",
  );
});
