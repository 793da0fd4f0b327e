import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { secondsLeft } from '../../src/shared/timeLeft';

describe('the time left of a run', () => {
  const after = (elapsed: number, fraction: number, shown: number | null = null, from = 0) =>
    secondsLeft({ from, fraction, elapsed, shown });

  test('is unknown in the first second, and before a share is done', () => {
    expect([after(999, 0.5), after(5000, 0), after(1000, 0.5)]).toEqual([null, null, 1]);
  });

  test('is rounded to seconds, to five seconds above 10 s and to minutes above 90 s', () => {
    /** A run of 1,000 s in all with this many seconds left. */
    const left = (seconds: number) => after((1000 - seconds) * 1000, 1 - seconds / 1000);
    expect([0.2, 1, 7.4, 9.6, 12, 13, 33, 88, 92, 149, 151, 600].map(left)).toEqual([
      1, 1, 7, 10, 10, 15, 35, 90, 120, 120, 180, 600,
    ]);
  });

  test('counts a run that goes on from the share that was done before it', () => {
    expect(after(10_000, 0.6, null, 0.5)).toBe(40);
  });

  test('does not go up by one step, only when the run takes longer by more', () => {
    expect(after(100_000, 1 - 63 / 163, 60)).toBe(60);
    expect(after(100_000, 1 - 67 / 167, 60)).toBe(65);
    expect(after(100_000, 1 - 57 / 157, 60)).toBe(55);
  });

  test('never shows two values in turn, whatever the noise within half a step', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 48, max: 52, noNaN: true }), { minLength: 1 }), (noisy) => {
        let shown: number | null = null;
        const all = noisy.map((seconds) => (shown = after(100_000, 1 - seconds / (100 + seconds), shown)));
        return new Set(all).size === 1;
      }),
    );
  });
});
