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
  select,
  sentence,
} from '../inspecting';

/** A document that no file could hold: one with NUL is not opened as text, and UTF-8 has no lone surrogates. */
async function typed(text: string): Promise<vscode.TextDocument> {
  const document = await open('-');
  await replace(document, 0, 1, text);
  return document;
}

describe('bad input', () => {
  afterEach(closeDocuments);

  it('only spaces: a sentence says what to do, and the next inspection works', async () => {
    await inspect('The');
    await select(await open('    '));
    await command();
    assert.match(await sentence(), /Select some text/);
    await inspect('The capital of France is');
  });

  it('no editor at all', async () => {
    await closeAll();
    await vscode.commands.executeCommand('vectorscope.clear');
    await command();
    assert.deepEqual((await activated()).panelState().status, { kind: 'empty' });
  });

  it('control characters: the tokens cover the text', async () => {
    const text = 'a\0b\u0001\u007f';
    const document = await typed(text);
    assert.equal(document.getText(), text);
    await select(document);
    const { text: view, source } = await inspectSelection();
    assert.equal(source?.characters, Array.from(text).length);
    let covered = 0;
    for (const { start, end } of view?.tokens ?? []) {
      assert.ok(
        start <= covered && end > start,
        `a token covers ${start} to ${end}, the text is covered to ${covered}`,
      );
      covered = Math.max(covered, end);
    }
    assert.equal(covered, text.length);
  });
});
