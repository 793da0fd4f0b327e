import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { Columns } from '../../../../src/webview/lab/experiments/targetSize';

test('the name of a line among columns keeps clear of the values beside it', () => {
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
