import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import second from '../fixtures/families/qwen2.gguf';
import { activated, closeDocuments, inspect, until, write } from './inspecting';

const text = 'The capital of France is';

/** Compares with a model of these bytes, as the action of a row of the view does. */
async function compareWith(bytes: Uint8Array): Promise<void> {
  const file = await write('second.gguf', '');
  await vscode.workspace.fs.writeFile(file, bytes);
  await vscode.commands.executeCommand('vectorscope.compareModel', file.scheme === 'file' ? file.fsPath : file.path);
}

describe('a second model', () => {
  afterEach(closeDocuments);

  it('is loaded beside the first, runs the same text, and leaves nothing behind', async () => {
    const shown = await inspect(text);
    const { panelState, receive } = await activated();
    await compareWith(second);
    const { other } = (await until(({ both }) => both.other !== null, 'the second model is loaded')).both;
    assert.deepEqual([other?.info.architecture, other?.runs, other?.sameVocabulary], ['qwen2', 'together', false]);
    receive({ type: 'setOptions', options: { colouring: 'difference' } });
    const compared = (await until(({ both }) => both.text !== null, 'the text has run in both')).both.text;
    assert.equal(compared?.kind, 'other');
    assert.deepEqual(
      compared?.kind === 'other' && compared.tokens[0].map(({ id }) => id),
      shown.text?.tokens.map(({ id }) => id),
    );
    receive({ type: 'endComparison' });
    await until(({ both }) => both.other === null, 'the comparison has ended');
    assert.deepEqual(
      [panelState().run, panelState().loaded, panelState().options.colouring],
      [shown.run, true, 'size'],
    );
  });

  it('that is damaged costs nothing of the first', async () => {
    const shown = await inspect(text);
    const { panelState, receive } = await activated();
    await compareWith(second.subarray(0, 3000));
    const { failure } = (await until(({ both }) => both.failure !== null, 'the failure is told')).both;
    assert.match(failure ?? '', /second/);
    assert.deepEqual([panelState().status, panelState().run], [{ kind: 'ready' }, shown.run]);
    receive({ type: 'endComparison' });
  });
});
