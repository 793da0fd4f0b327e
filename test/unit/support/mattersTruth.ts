import type { Model } from '../../../src/engine/model/model';
import type { Matters, MattersQuestion } from '../../../src/shared/matters';
import { logShares, type Errors } from './bothTruth';
import { numbersOf, textTruth } from './headsTruth';

/** Bits of an answer with and without each part, against whole runs of the shorter text in float64. */
export function compareMatters(
  model: Model,
  ids: readonly number[],
  { position, parts }: Pick<MattersQuestion, 'position' | 'parts'>,
  found: Matters,
  errors: Errors,
  numbers = numbersOf(model),
): void {
  const answer = found.answer.map(({ id }) => id);
  const bitsAfter = (before: readonly number[]) => {
    const { logits } = textTruth(model, [...before, ...answer.slice(0, -1)], 0, undefined, undefined, numbers);
    return answer.reduce((bits, id, i) => bits - (logShares(logits[before.length - 1 + i] ?? [])[id] ?? NaN), 0);
  };
  const compare = (what: string, bits: number, expected: number) =>
    errors.compare(what, bits, expected, 1e-5 * (1 + Math.abs(expected)));
  const before = ids.slice(0, position + 1);
  const whole = bitsAfter(before);
  compare('bits of the answer', found.bits, whole);
  for (const { part, bits, change } of found.parts) {
    const without = bitsAfter(before.filter((_, at) => !parts[part]?.includes(at)));
    compare('bits without a part', bits, without);
    compare('change of bits', change, without - whole);
  }
}
