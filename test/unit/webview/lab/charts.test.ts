import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { intervalOf } from '../../../../src/shared/interval';
import { Bars } from '../../../../src/webview/lab/charts/bars';
import { Columns } from '../../../../src/webview/lab/charts/columns';

/** Both ends of the intervals in a chart: where its lines end inside and beyond the bars. */
const errorsIn = (drawn: string, axis: 'x' | 'y') =>
  drawn
    .split('class="lab-error"')
    .slice(1)
    .map((part) =>
      ['inside', 'beyond'].map((kind) =>
        Number(new RegExp(`class="${kind}"><line[^>]*? ${axis}2="([^"]+)"`).exec(part)?.[1]),
      ),
    );

describe('the interval of an estimate', () => {
  const values = [0.1, 0.4];
  const intervals = values.map((share) => intervalOf(share, 100, 10_000));
  const columns = (drawn: typeof intervals) =>
    renderToString(
      h(Columns, {
        width: 200,
        values,
        intervals: drawn,
        print: (value: number) => `${100 * value} %`,
        ends: ['small', 'large'],
        axis: 'size',
      }),
    );

  test('stands on its column, which leaves room for it', () => {
    const drawn = columns(intervals);
    const [highest = NaN] = intervals.slice(-1).map(({ high }) => high);
    // The plot is 120 pixels high and ends 18 pixels below the top.
    const y = (share: number) => 18 + 120 * (1 - share / highest);
    expect(errorsIn(drawn, 'y')).toEqual(
      intervals.map(({ low, high }) => [expect.closeTo(y(low), 6), expect.closeTo(y(high), 6)]),
    );
    expect(drawn).toContain(`y="${y(highest) - 5}" text-anchor="middle"`);
    expect(errorsIn(columns([]), 'y')).toEqual([]);
  });

  test('keeps the name of a line clear of the values beside it', () => {
    const placeOf = (shares: readonly number[]) => {
      const drawn = renderToString(
        h(Columns, {
          width: 400,
          values: shares,
          print: String,
          ends: ['small', 'large'],
          axis: 'size',
          even: { value: 0.1, text: 'even' },
        }),
      );
      return [
        Number(/class="line-name" x="0" y="([^"]+)"/.exec(drawn)?.[1]),
        Number(/class="value"[^>]*? y="([^"]+)"/.exec(drawn)?.[1]),
      ] as const;
    };
    for (const first of [0.01, 0.06, 0.1, 0.14, 0.3]) {
      const [name, value] = placeOf([first, first, 0.6]);
      expect(Math.abs(name - value), String(first)).toBeGreaterThanOrEqual(13);
    }
  });

  test('stands on its bar, and the value beyond both', () => {
    const share = 0.5;
    const interval = intervalOf(share, 100, 10_000);
    const drawn = renderToString(
      h(Bars, {
        width: 730,
        groups: [
          {
            label: 'pair',
            bars: [
              { share, text: 'own' },
              { share, text: 'mean', interval },
            ],
          },
        ],
      }),
    );
    // Names take 170 pixels, values 160.
    const x = (of: number) => 170 + 400 * of;
    expect(errorsIn(drawn, 'x')).toEqual([[expect.closeTo(x(interval.low), 6), expect.closeTo(x(interval.high), 6)]]);
    const values = [...drawn.matchAll(/class="value" x="([^"]+)"/g)].map(([, at]) => Number(at));
    expect(values).toEqual([x(share) + 6, expect.closeTo(x(interval.high) + 6, 6)]);
  });
});
