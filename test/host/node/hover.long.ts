import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeDocuments, inspectSelection, select } from '../inspecting';
import { Documents, kinds } from '../support/documents';
import { hoversAt, mustHover } from '../support/hovers';

let documents: Documents;
before(() => (documents = new Documents()));
after(() => documents.dispose());

describe('a hover', () => {
  afterEach(closeDocuments);

  for (const kind of kinds) {
    it(`is there in ${kind}`, async () => {
      const { document } = await documents.show(kind, 'The capital of France is');
      const { source } = await inspectSelection();
      assert.equal(source?.uri, document.uri.toString());
      const { lines, range } = await mustHover(document, 16);
      assert.match(lines[0] ?? '', /^·France id 4649/);
      assert.deepEqual(range, [14, 21]);
      if (kind === 'an untitled document')
        await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    });
  }

  it('asked for while its document is closed does no harm, and is there again when it is open', async () => {
    const uri = documents.virtual('The capital of France is');
    const document = await vscode.workspace.openTextDocument(uri);
    await select(document);
    await inspectSelection();
    const [hovers] = await Promise.all([
      hoversAt(document, 16),
      vscode.commands.executeCommand('workbench.action.closeAllEditors'),
    ]);
    assert.ok(hovers.length <= 1);
    const again = await vscode.workspace.openTextDocument(uri);
    await select(again);
    await inspectSelection();
    assert.deepEqual((await mustHover(again, 16)).range, [14, 21]);
  });
});
