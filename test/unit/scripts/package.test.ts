import { expect, it } from 'vitest';
import { checkSize } from '../../../scripts/package.mjs';

it('a package has room for six megabytes beside its model', () => {
  checkSize(104_300_000, 98_300_000);
  expect(() => checkSize(104_310_000, 98_300_000)).toThrow(
    'The package has 6.01 MB beside the model, more than 6.00 MB. Leave something out in .vscodeignore.',
  );
});
