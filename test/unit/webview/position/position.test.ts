import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test, vi } from 'vitest';
import { defaultView } from '../../../../src/shared/kept';
import type { Journey } from '../../../../src/shared/layers';
import type { PanelState } from '../../../../src/shared/panel';
import { copiedRows } from '../../../../src/webview/parts/columns';
import { sentence } from '../../../../src/webview/parts/words';
import {
  pairAngles,
  pairCount,
  positionAt,
  sliderSteps,
  angleStep,
  positionFinding,
  inputWords,
  printedAngle,
  shortAngle,
} from '../../../../src/webview/position/angles';
import { dialColumns, onCircle, pairTable } from '../../../../src/webview/position/rotary';
import { learnedFinding, positionSection as section } from '../../../../src/webview/position/section';
import { inspected, model, trunk } from '../build';
import { is } from '../journeys';

const rotary = { base: 100_000, headSize: 64 };

describe('the pairs of dimensions', () => {
  test('turn by position · base^(−2j / headSize) radians', () => {
    expect(pairCount(rotary)).toBe(32);
    for (const position of [0, 1, 4, 511]) {
      for (const { pair, turns, degrees } of pairAngles(rotary, position)) {
        const radians = position * rotary.base ** ((-2 * pair) / rotary.headSize);
        expect(turns * 2 * Math.PI).toBeCloseTo(radians, 9);
        expect(degrees).toBeCloseTo(((radians * 180) / Math.PI) % 360, 6);
      }
    }
  });

  test('are a radian a step for the fastest, and ever slower', () => {
    const pairs = pairAngles(rotary, 4);
    expect(pairs[0]?.degrees).toBeCloseTo(229.183, 3);
    expect(pairs[0]?.period).toBeCloseTo(2 * Math.PI, 9);
    expect(pairs.every(({ period }, pair) => pair === 0 || period > (pairs[pair - 1]?.period ?? 0))).toBe(true);
    expect(copiedRows(pairTable(pairs))).toHaveLength(33);
  });

  test('have the same angle between two positions wherever these stand', () => {
    const [near, far, apart] = [3, 103, 100].map((position) => pairAngles(rotary, position));
    near?.forEach(({ turns }, pair) =>
      expect((far?.[pair]?.turns ?? 0) - turns).toBeCloseTo(apart?.[pair]?.turns ?? NaN, 9),
    );
  });

  test('are printed as degrees, as turns from the first full one on', () => {
    const pairs = pairAngles(rotary, 511);
    expect([pairs[0], pairs[12], pairs[13], pairs[31]].map((pair) => printedAngle(pair!))).toEqual([
      '81.3 turns',
      '1.1 turns',
      '272.5°',
      '0.420°',
    ]);
    expect(shortAngle(pairs[0]!)).toBe('81.3 ↻');
    expect(printedAngle({ pair: 0, turns: 0, degrees: 0, period: 1 })).toBe('0°');
    expect(printedAngle({ pair: 0, turns: 1e-9, degrees: 3.6e-7, period: 1 })).toBe('less than 0.001°');
    expect(shortAngle({ pair: 0, turns: 1e-9, degrees: 3.6e-7, period: 1 })).toBe('<0.001°');
  });
});

test('the slider goes from the first position to the last, the near ones apart', () => {
  for (const last of [0, 1, 511, 8191]) {
    expect(positionAt(0, last)).toBe(0);
    expect(positionAt(sliderSteps, last)).toBe(last);
    for (const position of [0, 1, 4, 10].filter((value) => value <= last))
      expect(positionAt(angleStep(position, last), last)).toBe(position);
  }
});

test('dials fill lines of equal length, hands turn clockwise from the top', () => {
  expect([960, 388, 248, 20].map((width) => dialColumns(width, 32))).toEqual([16, 8, 4, 1]);
  expect(dialColumns(4000, 32)).toBe(32);
  expect([0, 0.25, 0.5, 1.75].map((turns) => onCircle(turns, 10).map((value) => Math.round(value) + 0))).toEqual([
    [0, -10],
    [10, 0],
    [0, 10],
    [-10, 0],
  ]);
});

describe('what the position says', () => {
  const at = (position: number | null, change: Partial<PanelState> = {}): PanelState => ({
    ...inspected(['a', 'b']),
    position,
    ...change,
  });
  const says = (state: PanelState): string => sentence(positionFinding(state));

  test('is how many pairs have turned', () => {
    expect(says(at(0))).toBe('At the start all 32 pairs stand at 0°');
    expect(says(at(1))).toBe(
      'At position 1, pairs that have made a full turn: 0 of 32. The slowest has turned by less than 0.001°',
    );
    expect(says(at(7))).toBe(
      'At position 7, pairs that have made a full turn: 1 of 32. The slowest has turned by 0.006°',
    );
    expect(says(at(10))).toBe(
      'At position 10, pairs that have made a full turn: 2 of 32. The slowest has turned by 0.008°',
    );
    expect(says(at(511))).toBe(
      'At position 511, pairs that have made a full turn: 13 of 32. The slowest has turned by 0.420°',
    );
    expect(says(at(100, { model: { ...model, trunk: { ...trunk, rotary: { base: 10, headSize: 4 } } } }))).toMatch(
      /^At position 100, pairs that have made a full turn: 2 of 2. The slowest has turned by /,
    );
    expect(says(at(null))).toBe('');
  });

  test('is drawn where one plain formula turns the pairs, and says so where none does', () => {
    expect(section.shown(at(1))).toBe(true);
    expect(section.missing?.(at(1))).toBeNull();
    const other = at(1, { model: { ...model, trunk: { ...trunk, rotary: null } } });
    expect(section.shown(other)).toBe(true);
    expect(section.missing?.(other)).toMatch(/^The angles can be drawn only if .* changes them between layers\.$/);
    expect(says(at(1, { model: { ...model, trunk: { ...trunk, rotary: null } } }))).toBe('');
  });

  test('is whether the first residual is the token’s own vector', () => {
    expect(inputWords(is)).toBe('r₀ equals the token’s vector. Positions enter only inside the layers.');
    expect(inputWords({ ...is, inputDeviation: 1.25 })).toBe('r₀ is 1.250 away from the token’s vector.');
  });
});

describe('learned positions', () => {
  const learned = { sizes: [1, 2, 3], angleToInput: 91, share: 0.25 };
  const says = (change: Partial<NonNullable<Journey['learned']>>, { position = 2, without = false } = {}): string => {
    const { angleToInput: _, ...rest } = learned;
    return sentence(
      learnedFinding({
        position,
        journey: { ...is, position: 2, learned: { ...(without ? rest : learned), ...change } },
      }),
    );
  };

  test('are told by length, angle and share of the sum', () => {
    expect(says({})).toBe(
      'The vector of this position has size 3.000 and is 91.0° from the token’s vector; it makes up 25.0 % of r₀',
    );
    expect(says({ share: 0.75 })).toMatch(/it makes up 75\.0 % of r₀$/);
    expect(says({ share: 1.25 })).toMatch(/it makes up 125\.0 % of r₀$/);
    expect(says({ share: -0.1 })).toMatch(/it points against r₀ and takes 10\.0 % away from it$/);
    expect(says({ share: NaN }, { without: true })).toBe('The vector of this position has size 3.000; r₀ is zero');
  });

  test('are not told of another position', () => {
    expect(says({}, { position: 1 })).toBe('');
    expect(sentence(learnedFinding({ position: 2, journey: null }))).toBe('');
  });

  test('have the section to themselves', () => {
    const state = inspected(['a', 'b'], {
      model: { ...model, trunk: { ...trunk, position: 'learned', rotary: null } },
    });
    expect(section.shown(state)).toBe(true);
    expect(section.missing?.(state)).toBeNull();
    expect(section.shown({ ...state, model: { ...model, trunk: null } })).toBe(false);
  });
});

test('a slider says the same steps aloud as beside it', () => {
  const state = { ...inspected(['a', ' b']), model: { ...model, trunk: { ...trunk, rotary } }, position: 1 };
  const html = renderToString(
    h(section.Body, {
      state,
      view: defaultView,
      act: { post: vi.fn(), setView: vi.fn(), see: vi.fn(), goTo: vi.fn() },
      shown: [],
    }),
  );
  expect(html).toContain('aria-valuetext="steps from the start: 1"');
});
