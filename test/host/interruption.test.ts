import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, closeAll, command, inspect, inspectSelection, longText, open, replace, running, select, until } from './inspecting';

describe('in the middle of a run', () => {
  afterEach(closeAll);

  it('the worker may end: a sentence says what to do, and the next inspection starts another', async () => {
    const { killWorker } = await activated();
    const text = longText(300);
    await select(await open(text));
    const done = command();
    await running(text);
    await killWorker();
    await done;
    const { status, text: view } = (await activated()).panelState();
    assert.deepEqual(status.kind, 'failed');
    assert.match(status.kind === 'failed' ? status.message : '', /Inspect again/);
    assert.ok(view, 'the tokens stay');
    const again = await inspectSelection();
    assert.ok(again.run && again.run.length === again.text?.total);
    await inspect('The capital of France is');
  });

  it('the worker may end while another token is chosen', async () => {
    const { killWorker, receive } = await activated();
    await inspect('The capital of France is');
    await killWorker();
    receive({ type: 'chooseToken', id: 7042 });
    const { neighbours } = await until(({ token }) => token?.token.id === 7042, 'the token is shown');
    assert.equal(neighbours?.query.id, 7042);
  });

  it('the document may be edited: the numbers come and are marked as old', async () => {
    const text = longText(400);
    const document = await open(text);
    await select(document);
    const done = command();
    await running(text);
    await replace(document, 4, 14, 'bank');
    await done;
    const { status, outOfDate, run } = (await activated()).panelState();
    assert.deepEqual([status.kind, outOfDate, run !== null], ['ready', true, true]);
  });

  it('the document may be closed: the numbers come, and a refresh opens it again', async () => {
    const { receive, panelState } = await activated();
    const text = longText(500);
    const document = await open(text, 'closed.txt');
    await document.save();
    await select(document);
    const done = command();
    await running(text);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await done;
    assert.deepEqual([panelState().status.kind, panelState().outOfDate, panelState().run !== null], ['ready', false, true]);
    receive({ type: 'refresh' });
    assert.equal(panelState().status.kind, 'ready');
    await vscode.workspace.fs.delete(document.uri);
    receive({ type: 'refresh' });
    const { status } = await until((state) => state.status.kind === 'failed' || state.outOfDate, 'the panel says that the document is gone');
    assert.match(status.kind === 'failed' ? status.message : '', /document/);
    await inspect('The capital of France is');
  });
});
