import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, closeDocuments, inspectSelection, open, select } from './inspecting';
import { at, untilDrawn } from './support/drawn';

const question = 'Where is Paris?';
const conversation = JSON.stringify([{ role: 'user', content: question }]);

/** Each host renders templates in a process or a worker of its own. */
describe('Inspect as Chat', () => {
  afterEach(closeDocuments);

  it('renders the selection with the template of the model, and marks the tokens of its content', async () => {
    await select(await open(conversation));
    await vscode.commands.executeCommand('vectorscope.inspectAsChat');
    const { status, text } = (await activated()).panelState();
    assert.deepEqual(status, { kind: 'ready' });
    assert.match(
      text?.chat?.text ?? '',
      /<\|im_start\|>user\nWhere is Paris\?<\|im_end\|>\n<\|im_start\|>assistant\n$/,
    );
    const start = conversation.indexOf(question);
    const [drawn] = await untilDrawn(([first]) => at(first?.drawing, 'end').length === 1, 'the tokens are marked');
    const marked = at(drawn?.drawing, 'even', 'odd').map(([, from, to]) => conversation.slice(from, to));
    assert.deepEqual(marked, ['Where', ' is', ' Paris', '?']);
    assert.equal(at(drawn?.drawing, 'even')[0]?.[1], start);
  });

  it('is over with Inspect Selection', async () => {
    await select(await open(conversation));
    await vscode.commands.executeCommand('vectorscope.inspectAsChat');
    const { text, options } = await inspectSelection();
    assert.deepEqual([text?.chat, options.chat], [undefined, null]);
  });
});
