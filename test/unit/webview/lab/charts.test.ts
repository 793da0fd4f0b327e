import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { Rows, rowsHeight } from '../../../../src/webview/lab/charts/rows';

test.each([320, 800])('the rows of a chart lie below each other and inside it, %i pixels wide', (width) => {
  const rows = [
    { label: 'first', value: 0.1, text: 'a' },
    { value: 0.2, text: 'b', isSecond: true },
    { label: 'second', value: 0, text: 'c' },
  ];
  const props = { rows, mark: 'bar', domain: [0, 1] } as const;
  const drawn = renderToString(h(Rows, { width, ...props }));
  const places = [...drawn.matchAll(/class="value"[^>]*? y="([^"]+)"/g)].map(([, y]) => Number(y));
  expect(places).toHaveLength(rows.length);
  for (const [at, place] of places.entries())
    expect((places[at + 1] ?? rowsHeight(props, width)) - place).toBeGreaterThanOrEqual(5);
});

test('an empty label takes no line in a narrow chart, where labels stand above their rows', () => {
  const height = (label: string) =>
    rowsHeight({ rows: [{ label, value: 0.1, text: 'a' }], mark: 'bar', domain: [0, 1] }, 320);
  expect(height('first')).toBeGreaterThan(height(''));
});

test('a line across the rows runs through no number', () => {
  const drawn = renderToString(
    h(Rows, {
      width: 320,
      rows: [{ label: 'first', value: 0.08, text: '8.0 %' }],
      mark: 'bar',
      domain: [0, 1],
      guide: { value: 0.1, text: 'an even share' },
    }),
  );
  const place = (form: RegExp) => Number(form.exec(drawn)?.[1]);
  expect(place(/class="value"[^>]*? x="([^"]+)"/)).toBeGreaterThan(place(/<line x1="([^"]+)"/));
});
