import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeDocuments, inspect } from '../inspecting';
import { at, tokensIn, untilDrawn } from '../support/drawn';

/** The first drawing in which as many tokens begin as the text has, none of which shares a character. */
const drawnWith = (count: number) =>
  untilDrawn(([first]) => tokensIn(first?.drawing).length === count, `${count} tokens are marked`);
const cleared = () => untilDrawn((drawn) => drawn.length === 0, 'nothing is marked');

const text = 'The capital of France is';
const count = 5;

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
    await drawnWith(count);
    await vscode.commands.executeCommand('vectorscope.hideMarks');
    await cleared();
    await vscode.commands.executeCommand('vectorscope.showMarks');
    await drawnWith(count);
    await vscode.commands.executeCommand('vectorscope.hideMarks');
    await cleared();
    await inspect(text);
    await drawnWith(count);
  });
});
