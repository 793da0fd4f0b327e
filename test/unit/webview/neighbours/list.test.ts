import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { expect, test, vi } from 'vitest';
import type * as table from '../../../../src/shared/neighbourTable';
import { rankedIn } from '../../../../src/shared/neighbourTable';
import { List } from '../../../../src/webview/neighbours/list';
import { list } from '../build';

vi.mock('../../../../src/shared/neighbourTable', async (original) => {
  const actual = await original<typeof table>();
  return {
    ...actual,
    neighbourMeasures: (l10n: Parameters<typeof actual.neighbourMeasures>[0]) => [
      ...actual.neighbourMeasures(l10n),
      { key: 'size ratio', head: 'ratio', value: () => 1.5, print: String },
    ],
  };
});

test('a further measure has one class at its head, its cells and its column, so that a narrow panel hides all of it', () => {
  const html = renderToString(
    h(List, {
      ...{ metric: 'cosine', space: undefined, entries: rankedIn(list([7, 8])), marked: [], preferred: false },
      ...{ showSizes: false, fullSize: 1, lit: null, onPoint: () => undefined, onChoose: () => undefined },
      item: (row: number) => ({ 'data-roving': row, tabIndex: -1 }),
    }),
  );
  const further = html.match(/<(?:th|td|col)[^>]*class="[^"]*\bfurther\b[^>]*>/g) ?? [];
  expect(further.map((tag) => tag.slice(1, 4).trim())).toEqual(['col', 'col', 'th', ...Array(4).fill('td')]);
  expect(html).toMatch(/<th scope="col" class="number further">ratio<\/th>/);
});
