import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, closeDocuments, inspect, until } from './inspecting';

const unload = () => vscode.commands.executeCommand('vectorscope.unloadModel');

describe('unloading the model', () => {
  afterEach(closeDocuments);

  it('keeps what is shown, and a click loads it again', async () => {
    const { receive, engineCalls } = await activated();
    const shown = await inspect('The capital of France is');
    await unload();
    const state = await until(({ loaded }) => !loaded, 'the model is unloaded');
    assert.deepEqual({ ...state, loaded: true, backend: shown.backend }, shown);
    const calls = engineCalls();
    receive({ type: 'choosePosition', position: 3 });
    const { position, loaded } = await until(({ token }) => token?.token.text === ' France', 'the model is back');
    assert.deepEqual([position, loaded], [3, true]);
    assert.ok(engineCalls() > calls);
  });
});
