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

  for (const [what, text] of [['only spaces', '    ']] as const) {
    it(`${what}: a sentence says what to do, and the next inspection works`, async () => {
      await inspect('The');
      await select(await open(text));
      await command();
      assert.match(await sentence(), /Select some text/);
      await inspect('The capital of France is');
    });
  }

  it('an empty line', async () => {
    await inspect('The');
    const editor = await select(await open('text\n\ntext'));
    editor.selection = new vscode.Selection(1, 0, 1, 0);
    await command();
    assert.match(await sentence(), /Select some text/);
  });

  it('no editor at all', async () => {
    await closeAll();
    await vscode.commands.executeCommand('vectorscope.clear');
    await command();
    assert.deepEqual((await activated()).panelState().status, { kind: 'empty' });
  });

  for (const [what, text] of [
    ['a lone high surrogate', 'a\ud800b'],
    ['NUL and other control characters', 'a\0b\u0001\u007f'],
    ['CRLF', 'one\r\ntwo\r\n\r\nthree'],
  ] as const) {
    it(`${what}: the tokens cover the text`, async () => {
      const document = text.includes('\r') ? await open(text) : await typed(text);
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
  }
});
