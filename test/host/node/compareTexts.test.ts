import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, closeDocuments, open, select, inspect, until } from '../inspecting';

describe('Compare with Another Text', () => {
  afterEach(closeDocuments);

  it('takes the selection of another document', async () => {
    await inspect('The capital of France is');
    const document = await open('The capital of Italy is, as everyone knows, Rome.');
    await select(document, 0, 23);
    await vscode.commands.executeCommand('vectorscope.compareTexts');
    const { texts } = await until(({ texts }) => texts !== null, 'the other text is there');
    assert.deepEqual([texts?.text, texts?.from], ['The capital of Italy is', document.uri.path.split('/').at(-1)]);
    const { panelState, receive } = await activated();
    receive({ type: 'compareTexts', text: null });
    assert.equal(panelState().texts, null);
  });
});

describe('Continue…', () => {
  afterEach(closeDocuments);

  it('goes on with the selection, which it inspects first', async () => {
    await inspect('The capital of France is');
    const document = await open('The best way to learn a language is to, as everyone knows, read.');
    await select(document, 0, 38);
    await vscode.commands.executeCommand('vectorscope.continue');
    const { text, continuation } = await until(
      ({ continuation: { paths } }) => paths.some(({ ended }) => ended === 'count'),
      'twenty tokens are there',
    );
    assert.equal(text?.tokens.map((token) => token.text).join(''), 'The best way to learn a language is to');
    assert.equal(continuation.paths[0]?.steps.length, 20);
  });
});

describe('a vector that is kept', () => {
  it('is in the list until it is forgotten', async () => {
    const { panelState, receive } = await activated();
    const vector = { name: 'a test’s own', expression: 'king - man' };
    receive({ type: 'keepVector', ...vector });
    await until(({ keptVectors }) => keptVectors.some(({ name }) => name === vector.name), 'the vector is kept');
    assert.deepEqual(panelState().keptVectors[0], vector);
    receive({ type: 'keepVector', name: vector.name, expression: null });
    await until(({ keptVectors }) => keptVectors.every(({ name }) => name !== vector.name), 'the vector is forgotten');
  });
});
