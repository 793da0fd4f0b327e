import assert from 'node:assert/strict';
import { closeAll, inspect, until } from './inspecting';

const text = 'The capital of France is';

describe('the backend', () => {
  afterEach(closeAll);

  it('is WASM where the setting says so: no adapter is asked for, and nothing is compared or measured', async () => {
    await inspect(text);
    const { backend } = await until((state) => state.backend !== null, 'the backend is known');
    assert.deepEqual(backend, {
      backend: 'wasm',
      reason: { kind: 'chosen' },
      adapter: null,
      agreement: null,
      times: null,
      choice: 'wasm',
    });
  });
});
