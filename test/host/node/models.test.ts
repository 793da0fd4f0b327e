import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { defaultModel } from '../../../src/shared/defaultModel';
import type { PanelState } from '../../../src/shared/panel';
import {
  activated,
  closeAll,
  command,
  extension,
  inspect,
  longText,
  open,
  running,
  select,
  settled,
  until,
} from '../inspecting';
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

/** Every number of the state belongs to the vocabulary of its model. */
function assertUnmixed({ model, text, run, token, neighbours, prediction, loaded }: PanelState): void {
  if (!model) return;
  const ids = [
    ...(text?.tokens ?? []).map(({ id }) => id),
    ...(token ? [token.token.id] : []),
    ...(neighbours?.lists.cosine ?? []).map((entry) => entry.token.id),
    ...(prediction?.top ?? []).map((entry) => entry.token.id),
  ];
  assert.ok(
    Math.max(-1, ...ids) < model.vocabulary,
    `${model.name} has ${model.vocabulary} tokens, and ${Math.max(...ids)} is shown; loaded: ${loaded}`,
  );
  if (model.trunk && run) assert.equal(run.layers.residualSize.length, model.trunk.layers + 1, model.name);
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

  it('ends a run in flight with a sentence, and its numbers never stand beside those of the old one', async () => {
    await use(inside());
    const { onDidChangeState } = await activated();
    const text = longText(1200);
    await select(await open(text));
    const done = command();
    await running(text);
    const states: PanelState[] = [];
    const watching = onDidChangeState((state) => states.push(state));
    await openFile(fixture('phi3-q4.gguf'));
    await done;
    watching.dispose();
    const { run, model } = await until(
      (state) => state.model?.architecture === 'phi3' && settled(state),
      'the text has run on the other model',
    );
    assert.ok(model?.trunk && run && run.length === 512);
    const said = states.flatMap(({ status }) =>
      status.kind === 'working' && status.what === 'loading' ? [status] : [],
    );
    assert.ok(
      said.some(({ endedRun, modelName }) => endedRun === true && modelName === 'phi3'),
      JSON.stringify(said),
    );
    assert.deepEqual(
      states.filter(({ status }) => status.kind === 'failed'),
      [],
    );
    states.forEach(assertUnmixed);
  });

  it('that cannot be read leaves the choice and what is shown as they were', async () => {
    const shown = await inspect('The capital of France is');
    const { panelState } = await activated();
    await openFile(join(__dirname, 'nowhere.gguf'));
    assert.equal(engines().length, 2, 'another engine than the one that holds the model was asked about the file');
    assert.deepEqual([panelState().model, panelState().run], [shown.model, shown.run]);
    const again = await inspect('The capital of France was');
    assert.equal(again.model?.architecture, 'phi3');
  });
});
