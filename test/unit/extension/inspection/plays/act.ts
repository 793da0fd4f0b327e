import * as fc from 'fast-check';
import type { Model } from './model';
import type { Rig } from './rig';
import { settle } from './turns';

type PlayCommand = fc.AsyncCommand<Model, Rig>;
export type Weighted = fc.WeightedArbitrary<PlayCommand>;

/**
 * Something that a person, the editor or the engine does, with one of some values. It may come at any time. `weight`:
 * how often it comes beside the others.
 */
export const may = <T>(
  weight: number,
  values: fc.Arbitrary<T>,
  name: (value: T) => string,
  does: (model: Model, rig: Rig, value: T) => unknown,
): Weighted => ({
  weight,
  arbitrary: values.map((value) => ({
    check: () => true,
    toString: () => name(value),
    async run(model, rig) {
      await does(model, rig, value);
      await settle(model, rig);
      model.leave.button = null;
    },
  })),
});

/** The same without a value. */
export const mayOnce = (weight: number, name: string, does: (model: Model, rig: Rig) => unknown): Weighted =>
  may(weight, fc.constant(null), () => name, does);
