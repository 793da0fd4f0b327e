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
