import { expect, test } from 'vitest';
import type { Actions } from '../../../../src/webview/actions';
import { pythonItems } from '../../../../src/webview/parts/copy';
import { both } from '../boths';

test('an entry says on hover what the script tells everybody who reads it', () => {
  const posted: unknown[] = [];
  const act = { post: (intent: unknown) => void posted.push(intent) } as unknown as Actions;
  const [item] = pythonItems('bothRows', both(), act);
  expect(item?.title).toMatch(/path of the model’s file and the ids of the text/);
  void item?.take({});
  expect(posted).toEqual([{ type: 'copyPython', what: 'bothRows' }]);
  expect(pythonItems('bothRows', both({ rows: null }), act)).toEqual([]);
});
