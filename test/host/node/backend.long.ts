import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, configure, inspect, until } from '../inspecting';

const text = 'The capital of France is';
const unload = () => vscode.commands.executeCommand('vectorscope.unloadModel');
const load = () => vscode.commands.executeCommand('vectorscope.loadModel');

/** Sets the backend for the time of a test; all others run on WASM. */
async function on(choice: string, test: () => Promise<void>): Promise<void> {
  await configure('backend', choice);
  try {
    await test();
  } finally {
    await configure('backend', 'wasm');
  }
}

describe('the backend of a host without a GPU', () => {
  afterEach(closeAll);

  it('is asked for again when the panel opens, while inspections go on', async () => {
    await unload();
    await closeAll();
    await on('auto', async () => {
      await load();
      await until(({ backend }) => backend?.reason.kind === 'no-page', 'there is no page that could lend a GPU');
      const { run } = await inspect(text);
      assert.equal(run?.length, 5);
      const { backend } = await until(
        (state) => state.backend !== null && state.backend.reason.kind !== 'no-page',
        'the page was asked',
      );
      // A test's browser has an adapter that is a program on the processor, or none.
      assert.match(backend?.reason.kind ?? '', /^(software|no-adapter)$/);
    });
  });
});
