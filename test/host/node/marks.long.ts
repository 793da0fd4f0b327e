import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, closeDocuments, inspect, inspectSelection, open, replace, select } from '../inspecting';
import { at, cleared, drawnWith, moved, text, tokensIn, untilDrawn, words } from '../support/drawn';

describe('the marks in the editor', () => {
  afterEach(closeDocuments);

  it('leave the ends of lines out, be they one character or two', async () => {
    const { source } = await inspect('one\r\n\r\n\r\ntwo');
    assert.equal(source?.characters, 12);
    const [first] = await untilDrawn(([first]) => at(first?.drawing, 'end').length === 1, 'the last token is marked');
    assert.deepEqual(tokensIn(first?.drawing), [
      [0, 0, 3],
      [3, 0, 3],
    ]);
  });

  it('go and come back by the commands', async () => {
    await inspect(text);
    await drawnWith(words.length);
    await vscode.commands.executeCommand('vectorscope.hideMarks');
    await cleared();
    await vscode.commands.executeCommand('vectorscope.showMarks');
    await drawnWith(words.length);
    await vscode.commands.executeCommand('vectorscope.hideMarks');
    await cleared();
    await inspect(text);
    await drawnWith(words.length);
  });

  it('go when their text is edited or deleted as a whole, and come back where it does', async () => {
    const { document } = await select(await open(`Before ${text}`), 7);
    await inspectSelection();
    await drawnWith(words.length);
    await replace(document, 10, 11, '_');
    await cleared();
    await replace(document, 10, 11, ' ');
    assert.deepEqual(tokensIn((await drawnWith(words.length))[0]?.drawing), moved(0, 7));
    await replace(document, 7, 7 + text.length, '');
    await cleared();
    await vscode.commands.executeCommand('undo');
    assert.deepEqual(tokensIn((await drawnWith(words.length))[0]?.drawing), moved(0, 7));
  });

  it('show the token that is pointed at in the panel until another text is inspected', async () => {
    const { receive } = await activated();
    await inspect(text);
    await drawnWith(words.length);
    receive({ type: 'point', position: 1 });
    const [first] = await untilDrawn(([first]) => at(first?.drawing, 'pointed').length > 0, 'a token is pointed at');
    assert.deepEqual(at(first?.drawing, 'pointed'), [words[1]]);
    receive({ type: 'point', position: null });
    await untilDrawn(([first]) => at(first?.drawing, 'pointed').length === 0, 'no token is pointed at');
    receive({ type: 'point', position: 1 });
    await inspect(`${text} not`);
    const [other] = await untilDrawn(
      ([first]) => tokensIn(first?.drawing).length === words.length + 1,
      'another text is marked',
    );
    assert.deepEqual(at(other?.drawing, 'pointed'), []);
  });
});
