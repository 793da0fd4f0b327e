import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  activated,
  closeDocuments,
  inspect,
  inspectSelection,
  open,
  replace,
  select,
  settled,
  until,
} from '../inspecting';

const act = (name: string, id: unknown) => vscode.commands.executeCommand(`vectorscope.${name}Inspection`, id);

/** The id of the inspection that was made last. */
async function newest(): Promise<number> {
  const [past] = (await activated()).inspections();
  assert.ok(past, 'something was inspected');
  return past.id;
}

describe('the inspections that were made', () => {
  afterEach(closeDocuments);

  it('come back as they were left, without a run, and their text comes into sight', async () => {
    const { panelState, onDidChangeState } = await activated();
    const document = await open('Before. The capital of France is. After.');
    await select(document, 8, 32);
    const before = await inspectSelection();
    const id = await newest();
    await inspect('Something else');
    const seen: string[] = [];
    const watching = onDidChangeState(({ status }) => void seen.push(status.kind));
    await act('restore', id);
    watching.dispose();
    assert.deepEqual(
      [panelState().text, panelState().run, panelState().position, panelState().prediction],
      [before.text, before.run, before.position, before.prediction],
    );
    assert.ok(!seen.includes('working'), 'nothing is run');
    const editors = () => vscode.window.visibleTextEditors.filter((one) => one.document === document);
    assert.ok(editors().length > 0, 'the document is in sight');
    // The editor may be made anew while it comes into sight, so any of this document counts.
    const isAtBeginning = () =>
      editors().some(({ selection }) => selection.isEmpty && document.offsetAt(selection.active) === 8);
    await new Promise<void>((resolve) => {
      const look = () => {
        if (!isAtBeginning()) return;
        listening.dispose();
        resolve();
      };
      const listening = vscode.Disposable.from(
        vscode.window.onDidChangeTextEditorSelection(look),
        vscode.window.onDidChangeVisibleTextEditors(look),
      );
      look();
    });
    assert.equal(panelState().position, before.position, 'the cursor was put there by no person');
  });

  it('are out of date where their text was changed, until they are inspected again', async () => {
    const { panelState, inspections } = await activated();
    const document = await open('The capital of France is');
    await select(document);
    await inspectSelection();
    const id = await newest();
    await inspect('Something else');
    await replace(document, 15, 21, 'Italy');
    await act('restore', id);
    assert.equal(panelState().outOfDate, true);
    assert.equal(
      panelState()
        .text?.tokens.map(({ text }) => text)
        .join(''),
      'The capital of France is',
      'the numbers are those of the old text',
    );
    await act('rerun', id);
    const { text, outOfDate } = await until(settled, 'it is inspected again');
    assert.deepEqual([text?.tokens.map(({ text }) => text).join(''), outOfDate], ['The capital of Italy is', false]);
    assert.equal(
      inspections().filter(({ subject }) => subject.uri === document.uri.toString()).length,
      1,
      'one range stands in the list once',
    );
  });

  it('come back where their document is gone, and say so when they are to be inspected again', async () => {
    const { panelState } = await activated();
    const document = await vscode.workspace.openTextDocument({ content: 'The capital of Spain is' });
    await select(document);
    const before = await inspectSelection();
    const id = await newest();
    const closed = new Promise<void>((resolve) => {
      const listening = vscode.workspace.onDidCloseTextDocument((one) => {
        if (one !== document) return;
        listening.dispose();
        resolve();
      });
    });
    await select(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await closed;
    await inspect('Something else');
    await act('restore', id);
    assert.deepEqual([panelState().text, panelState().status.kind], [before.text, 'ready']);
    await act('rerun', id);
    assert.equal(panelState().status.kind, 'failed');
    assert.deepEqual(panelState().text, before.text, 'what is known stays');
  });
});
