import { expect, it, vi } from 'vitest';
import { failureOf } from '../../../src/page/dialog';
import { browserStore } from '../../../src/page/draft';

it('says why nothing is kept where the browser refuses', async () => {
  const setItem = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  vi.stubGlobal('localStorage', { getItem: () => null, setItem });
  const refusal: unknown = await browserStore.update('vectors', []).then(null, (error: unknown) => error);
  vi.unstubAllGlobals();
  expect(failureOf(refusal).message).toMatch(/^This browser did not keep it: /);
});
