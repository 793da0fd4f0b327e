import { expect, it } from 'vitest';
import { exceptionsOf } from '../../scripts/test/logs.mjs';
import { extensionId } from '../../src/shared/extensionId';

const log = `2026-11-25 09:51:59.310 [info] ExtensionService#_doActivateExtension ${extensionId}
2026-11-25 09:52:01.074 [error] model-missing: There is no model file at /nowhere.
2026-11-25 09:58:53.328 [error] Error: Channel has been closed
	at NT.info (/editor/extensions/json-language-features/client.js:14:709)
`;

it('an entry that names our code, or a failure without a sentence of its own, is an exception', () => {
  const thrown = `2026-11-25 10:00:00.000 [error] TypeError: Cannot read properties of undefined
	at Marks.draw (/data/extensions/${extensionId}-0.1.0/dist/extension.cjs:1:200)
`;
  const internal = '2026-11-25 10:00:01.000 [error] internal: RangeError at engine.mjs:1\n';
  expect(exceptionsOf(log)).toEqual([]);
  expect(exceptionsOf(log + thrown + internal)).toHaveLength(2);
});
