import assert from 'node:assert/strict';
import { closeAll, inspect } from '../inspecting';

describe('a page that is cross-origin isolated', () => {
  after(closeAll);

  it('lets the engine run on more than one thread', async () => {
    assert.equal(crossOriginIsolated, true);
    const { model } = await inspect('The capital of France is');
    assert.ok(model && model.threads > 1, `it has ${model?.threads} threads`);
  });
});
