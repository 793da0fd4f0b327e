import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  activated,
  closeDocuments,
  inspect,
  longText,
  open,
  running,
  select,
  command,
  settled,
  until,
} from './inspecting';

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

  it('in the middle of a run ends the run without a failure, and the next inspection loads again', async () => {
    const text = longText(700);
    await select(await open(text));
    const done = command();
    await running(text);
    await unload();
    await done;
    await until(({ loaded, status }) => !loaded && status.kind === 'cancelled', 'the run is cancelled');
    await inspect('The capital of France is');
  });

  it('without a model does nothing', async () => {
    await unload();
    await unload();
    const state = await inspect('The capital of France is');
    assert.ok(settled(state));
  });
});
