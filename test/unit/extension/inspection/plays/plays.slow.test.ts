import { expect, it } from 'vitest';
import { sampled } from '../../../support/sample';
import { play } from './play';

/** Fixed, so that a find is the same everywhere. `npm run verify -- plays` makes others. */
const seeds = sampled([1, 2], [1, 2, 3, 4]);
const each = 500;
/** Fewer commands than by `npm run verify -- plays`, which takes its time. */
const commands = 14;

it.each(seeds)(
  'a random play with seed %i sends nothing unasked, shows nothing under another name, and rests',
  async (seed) => {
    expect((await play(seed, each, commands)).found).toBeNull();
  },
);
