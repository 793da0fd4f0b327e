import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  activated,
  closeAll,
  closeDocuments,
  command,
  inspect,
  inspectSelection,
  open,
  replace,
  running,
  longText,
  select,
  settled,
  until,
} from './inspecting';

describe('the panel', () => {
  afterEach(closeDocuments);

  it('says how many other selections were not inspected', async () => {
    const editor = await select(await open('one two three four'));
    editor.selections = [
      new vscode.Selection(0, 4, 0, 7),
      new vscode.Selection(0, 8, 0, 13),
      new vscode.Selection(0, 14, 0, 18),
    ];
    const { source, text } = await inspectSelection();
    assert.deepEqual([source?.otherSelections, source?.excerpt, source?.wholeLine], [2, 'two', false]);
    assert.deepEqual(text?.tokens.map((token) => token.text).join(''), 'two');
  });

  it('shows the line of the cursor when nothing is selected', async () => {
    const editor = await select(await open('first line\nsecond line\nthird'));
    editor.selection = new vscode.Selection(1, 3, 1, 3);
    const { source } = await inspectSelection();
    assert.deepEqual([source?.excerpt, source?.wholeLine, source?.start], ['second line', true, 11]);
  });

  it('inspects what is selected beside it while it has the focus itself', async () => {
    const document = await open('The capital of France is');
    const editor = await select(document);
    await inspectSelection();
    editor.selection = new vscode.Selection(0, 4, 0, 11);
    const left = new Promise<void>((resolve) => {
      const listening = vscode.window.onDidChangeActiveTextEditor((active) => {
        if (active) return;
        listening.dispose();
        resolve();
      });
    });
    await vscode.commands.executeCommand('workbench.action.focusSecondEditorGroup');
    await left;
    assert.equal(vscode.window.activeTextEditor, undefined);
    const { source } = await inspectSelection();
    assert.equal(source?.excerpt, 'capital');
  });

  it('is out of date after an edit, not after one elsewhere, and a refresh mends it', async () => {
    const { receive, panelState } = await activated();
    const document = await open('Before. The capital of France is. After.');
    await select(document, 8, 32);
    await inspectSelection();
    await replace(document, 34, 39, 'Later');
    await replace(document, 0, 0, '> ');
    assert.deepEqual([panelState().outOfDate, panelState().source?.start], [false, 10]);
    await replace(document, 25, 31, 'Italy');
    assert.equal(panelState().outOfDate, true);
    await replace(document, 25, 30, 'France');
    assert.equal(panelState().outOfDate, false, 'the text is what it was');
    await replace(document, 25, 31, 'Italy');
    receive({ type: 'refresh' });
    const { text } = await until((state) => !state.outOfDate && settled(state), 'the numbers are new');
    assert.equal(text?.tokens.map((token) => token.text).join(''), 'The capital of Italy is');
  });

  it('stops a run when it is asked to, keeps what is known, and runs again without a reload', async () => {
    const { receive } = await activated();
    const text = longText(100, 6);
    await select(await open(text));
    const done = command();
    await running(text);
    receive({ type: 'cancel' });
    await done;
    const stopped = await until(({ status }) => status.kind === 'cancelled', 'the run is cancelled');
    assert.ok(stopped.text && stopped.run === null);
    const stages: string[] = [];
    const watching = (await activated()).onDidChangeState(
      ({ status }) => status.kind === 'working' && stages.push(status.what),
    );
    await inspectSelection();
    watching.dispose();
    assert.ok(!stages.includes('loading'), 'the model is still there');
  });

  it('leaves the inspection as it is when it is closed; Clear Inspection forgets it', async () => {
    const shown = await inspect('The capital of France is');
    await closeAll();
    const { panelState } = await activated();
    assert.deepEqual(panelState().text, shown.text);
    await vscode.commands.executeCommand('vectorscope.clear');
    assert.deepEqual([panelState().status.kind, panelState().source, panelState().text], ['empty', null, null]);
  });
});
