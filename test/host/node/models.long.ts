import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { defaultModel } from '../../../src/shared/defaultModel';
import { activated, closeAll, command, extension, inspect, open, select, settled, until } from '../inspecting';
import { engines } from './engines';

const fixture = (file: string) => join(__dirname, '..', '..', '..', 'test', 'fixtures', 'families', file);
const reference = JSON.parse(readFileSync(fixture('qwen2.json'), 'utf8')) as {
  readonly text: string;
  readonly ids: readonly number[];
  readonly residualSizes: readonly (readonly number[])[];
};
const inside = () => join(extension().extensionPath, defaultModel.path);

/** The command that otherwise asks for the file. */
const openFile = (path: string): Thenable<unknown> =>
  vscode.commands.executeCommand('vectorscope.openModelFile', vscode.Uri.file(path));
const use = (path: string): Thenable<unknown> => vscode.commands.executeCommand('vectorscope.useModel', path);

/** What the engine's process takes, bytes. It says so a while after it has answered something. */
async function memory(): Promise<number> {
  const { engineMemory, onDidNoteMemory, receive } = await activated();
  const noted = new Promise<number>((resolve) => {
    const listening = onDidNoteMemory(() => {
      listening.dispose();
      resolve(engineMemory() ?? NaN);
    });
  });
  receive({ type: 'choosePosition', position: 0 });
  return noted;
}

describe('another model', () => {
  before(() => use(inside()));
  afterEach(closeAll);
  after(() => use(inside()));

  it('is opened by its path: its name, neighbours and predictions come, and the memory of the old one is given back', async () => {
    const { text, ids, residualSizes } = reference;
    await inspect('The capital of France is');
    const before = await memory();
    const { panelState } = await activated();
    const old = panelState().model;
    await select(await open(text));
    await command();
    await openFile(fixture('qwen2.gguf'));
    const {
      model,
      loaded,
      text: view,
      position,
      neighbours,
      prediction,
      run,
    } = await until(
      (state) => state.model?.architecture === 'qwen2' && settled(state) && state.neighbours !== null,
      'the other model has run',
    );
    assert.deepEqual([old?.architecture, loaded], ['llama', true]);
    assert.notEqual(model?.name, old?.name);
    assert.deepEqual(
      view?.tokens.map(({ id }) => id),
      ids,
    );
    for (const [layer, sizes] of residualSizes.entries()) {
      for (const [position, size] of sizes.entries())
        assert.ok(
          Math.abs((run?.layers.residualSize[layer]?.[position] ?? NaN) / size - 1) < 1e-4,
          `residual ${layer} at ${position}`,
        );
    }
    assert.equal(neighbours?.lists.cosine[0]?.token.id, ids[position ?? -1]);
    assert.ok((prediction?.top[0]?.probability ?? 0) > 0);
    const after = await memory();
    assert.ok(before - after > 100e6, `${before} bytes before, ${after} after`);
  });

  it('that cannot be read leaves the choice and what is shown as they were', async () => {
    const shown = await inspect('The capital of France is');
    const { panelState } = await activated();
    await openFile(join(__dirname, 'nowhere.gguf'));
    assert.equal(engines().length, 2, 'another engine than the one that holds the model was asked about the file');
    assert.deepEqual([panelState().model, panelState().run], [shown.model, shown.run]);
    const again = await inspect('The capital of France was');
    assert.equal(again.model?.architecture, shown.model?.architecture);
  });
});
