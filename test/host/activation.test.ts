import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { activated, closeAll, extension } from './inspecting';
import { print } from './support/results';

/** Milliseconds. */
const longest = 50;

// Files run in the order of their names, so that nothing has activated the extension before.
describe('activation', () => {
  after(closeAll);

  it(`takes less than ${longest} ms, reading its code included`, async () => {
    assert.equal(extension().isActive, false, 'nothing but a command or the panel activates it');
    const code = join(extension().extensionPath, 'dist', 'extension.cjs');
    const start = performance.now();
    const before = process.cpuUsage();
    // The editor reads the same file through the same cache.
    createRequire(code)(code);
    const { user, system } = process.cpuUsage(before);
    // Time that other programs take is not ours, and it cannot be read twice.
    const reading = Math.min(performance.now() - start, (user + system) / 1000);
    const { activation } = await activated();
    const whole = performance.now() - start;
    print(`activation: code read in ${reading.toFixed(1)} ms, activated in ${activation.toFixed(1)} ms; ${whole.toFixed(0)} ms with the editor's own part`);
    assert.ok(reading + activation < longest, `it took ${(reading + activation).toFixed(1)} ms`);
  });

  it('starts no engine, and an empty panel neither', async () => {
    const { engineStarted, panelState } = await activated();
    assert.equal(engineStarted(), false);
    await vscode.commands.executeCommand('vectorscope.openPanel');
    assert.equal(engineStarted(), false);
    assert.deepEqual(panelState().status, { kind: 'empty' });
  });

  it('reads no code of the engine', async () => {
    const code = await readFile(join(extension().extensionPath, 'dist', 'extension.cjs'), 'utf8');
    assert.doesNotMatch(code, /onnxruntime|WebAssembly|gpt-tokenizer|\.wasm/);
  });

  it('registers every command', async () => {
    const commands = await vscode.commands.getCommands(true);
    const { contributes } = extension().packageJSON as { contributes: { commands: { command: string }[] } };
    for (const { command } of contributes.commands) assert.ok(commands.includes(command), command);
  });
});
