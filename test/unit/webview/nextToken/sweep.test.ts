import { describe, expect, test } from 'vitest';
import type { LengthSweep } from '../../../../src/shared/engine';
import { atLength, overall, steps } from '../../../../src/webview/nextToken/sweep';
import { sentence } from '../../../../src/webview/parts/words';
import { model, vocabularyToken } from '../build';

const john = model.sizes.smallest;
const paris = vocabularyToken(' Paris', 5);
const sweep: LengthSweep = {
  lengths: [0.5, 2.51, 43.794, 1000],
  actual: 2,
  tokens: [john, paris],
  nearest: [[0], [1], [1], [1]],
  sharedWithDot: [0, 4, 7, 10],
  sharedWithCosine: [1, 8, 9, 6],
};
const says = (at: number): string => sentence(atLength(sweep, at));
const always = (change: Partial<LengthSweep>): string => sentence(overall({ ...sweep, ...change }, 6, model.sizes));

describe('what the size of h changes', () => {
  test('does not praise the size of h where distance is closer to cosine', () => {
    expect(says(2)).toBe(
      'With ‖h‖ = 43.79, the ten nearest by distance share 7 with the ten by dot product and 9 with the ten by cosine: distance and dot product agree in part.',
    );
  });

  test('has a sentence for every degree of agreement', () => {
    expect(says(0)).toMatch(
      /^With ‖h‖ = 0\.50, .* 0 with the ten by dot product .*: distance says little about the prediction\.$/,
    );
    expect(says(1)).toMatch(/distance and dot product agree in part\.$/);
    expect(says(3)).toMatch(/^With ‖h‖ = 1,000, .*: h is large, so distance and dot product nearly agree\.$/);
    expect(sentence(atLength({ ...sweep, sharedWithDot: [2, 0, 0, 0] }, 0))).toMatch(
      /distance says little about the prediction\.$/,
    );
  });

  test('does not praise the size of h where the lists agree at every size', () => {
    const steady = (sharedWithDot: readonly number[]): string =>
      sentence(atLength({ ...sweep, sharedWithDot, sharedWithCosine: sharedWithDot }, 2));
    expect(steady([8, 9, 9, 10])).toMatch(/: distance and dot product nearly agree, however large h is\.$/);
    expect(steady([6, 9, 10, 10])).toMatch(/: h is large, so/);
  });

  test('says up to which size the smallest token wins', () => {
    expect(always({})).toBe(
      'The lists by dot product and by cosine never change with ‖h‖; they share 6. Below ‖h‖ ≈ 2.5, the nearest token by distance is ·John, the smallest of all.',
    );
    expect(always({ nearest: [[0], [0], [0], [0]] })).toMatch(
      /At the smallest size drawn, the nearest token by distance is ·John\.$/,
    );
    expect(always({ nearest: [[1], [1], [1], [1]] })).toMatch(
      /At the smallest size drawn, the nearest token by distance is ·Paris\.$/,
    );
    expect(always({ nearest: [[], [], [], []] })).toMatch(/they share 6\. $/);
  });
});

test('a step line keeps each value halfway to the next', () => {
  expect(
    steps(
      [1, 3],
      (index) => index * 10,
      (value) => value,
    ),
  ).toBe('0.0,1.0 5.0,1.0 5.0,3.0 10.0,3.0');
});
