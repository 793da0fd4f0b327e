import { type LeftOutPart, type MattersView, noMatters } from '../../../src/shared/instruments';
import type { Matters, MattersQuestion } from '../../../src/shared/matters';

/** The first part carries the answer most, the second hinders it, the third changes a little. */
const changes = [2, -0.5, 0.25];

export const mattered = ({ position, parts }: Pick<MattersQuestion, 'position' | 'parts'>): Matters => ({
  ...{ position, bits: 1 },
  answer: [{ id: 97, text: 'a', bytes: [97], special: false, size: 1, percentile: 50 }],
  parts: parts.map((_, part) => ({ part, change: changes[part] ?? 0, bits: 1 + (changes[part] ?? 0) })),
});

/** All parts of a text are known. */
export function mattersKnown(parts: readonly LeftOutPart[], change: Partial<MattersView> = {}): MattersView {
  const known = mattered({ position: 2, parts: parts.map(({ positions }) => positions) });
  const values = Float64Array.from({ length: 6 }, (_, at) =>
    known.parts.reduce((value, one) => (parts[one.part]?.positions.includes(at) ? one.change : value), NaN),
  );
  const asked = { by: 'token', answer: null, parts } as const;
  return {
    ...noMatters,
    grains: [{ by: 'token', parts: parts.length }],
    asked,
    known,
    values,
    isDone: true,
    ...change,
  };
}
