import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, closeAll, inspect, until } from './inspecting';

const text = 'The capital of France is';
const unload = () => vscode.commands.executeCommand('vectorscope.unloadModel');

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

  it('belongs to the machine and not to an inspection: none is kept, and it goes with the model', async () => {
    await inspect(text);
    await until((state) => state.backend !== null, 'the backend is known');
    const { inspections, sideState } = await activated();
    assert.deepEqual(
      [sideState().backend, ...inspections().map(({ state }) => state.backend)].filter((backend) => backend !== null),
      [],
    );
    await unload();
    await until(({ backend, loaded }) => backend === null && !loaded, 'nothing is known of it any more');
  });
});
