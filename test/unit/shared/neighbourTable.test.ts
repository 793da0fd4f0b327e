import { expect, test } from 'vitest';
import { inspectedEntry, keysInJson, neighbourRows } from '../../../src/shared/neighbourTable';
import { ranked } from '../webview/build';

test('a measure with `json` goes into JSON and comes back in the rows that are read of it', () => {
  const keys = keysInJson([{ json: 'angle' }, {}]);
  expect(keys).toEqual(['angle']);
  const entry = inspectedEntry('euclidean', ranked(' Paris', 7), keys);
  expect(entry).toEqual({ id: 7, text: ' Paris', value: 1, angle: 60 });
  expect(neighbourRows([entry], 'euclidean')).toMatchObject([{ rank: 1, by: 'euclidean', entry: { angle: 60 } }]);
  expect(inspectedEntry('euclidean', ranked(' Paris', 7))).not.toHaveProperty('angle');
});
