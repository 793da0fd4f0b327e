import { place } from '#place';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, closeAll, extension } from './inspecting';

// Files run in the order of their names, so that nothing has activated the extension before.
describe('activation', () => {
  after(closeAll);

  it('is asked for by a command or the panel alone; it starts no engine, and an empty panel neither', async () => {
    assert.equal(extension().isActive, false);
    const { engineStarted, panelState } = await activated();
    assert.equal(engineStarted(), false);
    await vscode.commands.executeCommand('vectorscope.openPanel');
    assert.equal(engineStarted(), false);
    assert.deepEqual(panelState().status, { kind: 'empty' });
  });

  it('reads no code of the engine', async () => {
    const { packageJSON, extensionUri } = extension();
    const entry = (packageJSON as Record<typeof place.entry, string>)[place.entry];
    const code = new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, entry)));
    assert.ok(code.length > 50_000);
    // Reading it is most of what an activation takes.
    assert.ok(code.length < 400_000, `${code.length} characters`);
    // Files of the runtime are named in it: a page or an engine reads them.
    assert.doesNotMatch(code, /onnxruntime|WebAssembly|gpt-tokenizer/);
  });

  it('registers every command', async () => {
    const commands = await vscode.commands.getCommands(true);
    const { contributes } = extension().packageJSON as { contributes: { commands: { command: string }[] } };
    for (const { command } of contributes.commands) assert.ok(commands.includes(command), command);
  });
});
