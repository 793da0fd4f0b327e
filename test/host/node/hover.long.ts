import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { plainToken } from '../../../src/shared/glyphs';
import { activated, closeDocuments, inspect, inspectSelection, open, replace, select, until } from '../inspecting';
import { Documents, kinds } from '../support/documents';
import {
  click,
  commandsOfToken,
  hoverAt,
  hoversAt,
  linksAt,
  mustHover,
  inspected,
  near,
  number,
} from '../support/hovers';

let documents: Documents;
before(() => (documents = new Documents()));
after(() => documents.dispose());

describe('a hover', () => {
  afterEach(closeDocuments);

  it('on a character that several tokens share lists them all', async () => {
    const text = 'a\r\nnaïve 😀 b🧿\r\n\r\n日本';
    const document = await inspected(text);
    assert.equal(document.getText(), text);
    const { text: view, run } = (await activated()).panelState();
    const tokens = view?.tokens ?? [];
    for (let offset = 0; offset < text.length; offset++) {
      const unit = text.charCodeAt(offset);
      // The editor knows no place between the two units of a line ending or of a pair.
      if (unit === 0x0a || (unit >= 0xdc00 && unit < 0xe000)) continue;
      const end = offset + (unit === 0x0d || (unit >= 0xd800 && unit < 0xdc00) ? 2 : 1);
      const expected = tokens.filter((token) => token.start < end && token.end > offset);
      const { lines, range, links } = await mustHover(document, offset);
      const [one] = expected;
      assert.ok(one);
      const span = expected.length === 1 ? [one.start, one.end] : [offset, end];
      assert.deepEqual(links, linksAt(one.index, ...span, ...expected.map(({ id }) => id)));
      if (expected.length === 1) {
        // A token may end within a line ending, where the editor has no place.
        const end = document.offsetAt(document.positionAt(expected[0]?.end ?? NaN));
        assert.deepEqual(range, [expected[0]?.start, end], `at ${offset}`);
        continue;
      }
      assert.deepEqual(range, [offset, end], `at ${offset}`);
      assert.match(lines[0] ?? '', new RegExp(`is cut into ${expected.length} tokens$`));
      const rows = lines.slice(2, 2 + expected.length).map((line) => line.split(' | '));
      assert.deepEqual(
        rows.map((row) => row[0]),
        expected.map(plainToken),
      );
      assert.deepEqual(
        rows.map((row) => number(row[1])),
        expected.map(({ id }) => id),
      );
      for (const [row, { index }] of expected.entries())
        near(number(rows[row]?.[4]), run?.surprisal[index] ?? NaN, 5.1e-3, 'surprisal');
      assert.equal(lines.filter((line) => line.startsWith('Expected after')).length, expected.length - 1);
    }
    assert.ok(
      tokens.some(({ start, end }, index) => start < (tokens[index - 1]?.end ?? 0) && end - start === 2),
      'a character was cut',
    );
  });

  it('does nothing by its links when another text was inspected meanwhile', async () => {
    const { links } = await mustHover(await inspected('The capital of France is'), 16);
    await inspected('One two three four five six');
    await vscode.env.clipboard.writeText('before');
    const { position } = (await activated()).panelState();
    for (const link of links) await click(link);
    assert.equal((await activated()).panelState().position, position);
    assert.equal(await vscode.env.clipboard.readText(), 'before');
  });

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

  it('follows the text, and is gone with it', async () => {
    const document = await open('Before. The capital of France is. After.');
    await select(document, 8, 32);
    await inspectSelection();
    assert.equal(await hoverAt(document, 3), null, 'none before the range');
    assert.equal(await hoverAt(document, 32), null, 'none behind it');
    await replace(document, 0, 0, '> ');
    assert.deepEqual((await mustHover(document, 26)).range, [24, 31]);
    await replace(document, 25, 31, 'Italy');
    assert.equal(await hoverAt(document, 11), null, 'none where the text was changed');
    await replace(document, 25, 30, 'France');
    assert.deepEqual((await mustHover(document, 26)).range, [24, 31]);
    await replace(document, 10, 34, '');
    for (const offset of [0, 9, 10, 12])
      assert.equal(await hoverAt(document, offset), null, 'none where it was deleted');
  });

  it('asked for while its text changes is at its place or nowhere', async () => {
    const document = await inspected('The capital of France is');
    for (let attempt = 0; attempt < 3; attempt++) {
      const [hovers] = await Promise.all([hoversAt(document, attempt + 15), replace(document, 0, 0, ' ')]);
      for (const { range } of hovers) {
        assert.ok(
          range && [14, 15].includes(range.start.character - attempt),
          `before the edit or after it, not at ${range?.start.character}`,
        );
        assert.equal(range.end.character - range.start.character, ' France'.length);
      }
    }
    const [asked] = await Promise.all([hoversAt(document, 26), replace(document, 12, 34, 'x')]);
    assert.ok(asked.length <= 1);
    assert.equal(await hoverAt(document, 12), null);
  });

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

  describe('before the model is loaded', () => {
    const unload = async () => {
      await vscode.commands.executeCommand('vectorscope.unloadModel');
      await until(({ loaded }) => !loaded, 'the model is unloaded');
    };

    it('shows what is known of the text, and offers to load it', async () => {
      const document = await inspected('The capital of France is');
      await unload();
      const { engineCalls } = await activated();
      const calls = engineCalls();
      const { lines, links, offers } = await mustHover(document, 16);
      assert.ok(lines.includes('Vectorscope’s model is not loaded. Load model'));
      assert.ok(lines.some((line) => line.includes('Surprisal ')));
      assert.deepEqual(links, ['command:vectorscope.loadModel', ...linksAt(3, 14, 21, 4649)]);
      assert.deepEqual(offers, [...commandsOfToken, 'vectorscope.loadModel']);
      assert.equal(engineCalls(), calls, 'nothing is asked of an engine');
      await inspect('The');
    });
  });
});
