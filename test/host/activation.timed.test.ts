import assert from 'node:assert/strict';
import { place } from '#place';
import * as vscode from 'vscode';
import { activated, closeAll, extension } from './inspecting';
import { print } from './support/results';

/** Milliseconds. */
const longest = 50;

/**
 * Milliseconds that the work below takes on the machine on which the bars were set: two cores of a Xeon of 2024, idle.
 */
const usual = 20;

/**
 * How many times as long as there a fixed piece of work takes here and now; at least 1. A shared machine may be half as
 * fast from one hour to the next.
 */
function slowness(): number {
  let shortest = Infinity;
  for (let round = 0; round < 5; round++) {
    const from = performance.now();
    const words = Array.from({ length: 60_000 }, (_, i) => `w${(i * 7919) % 60_000}`).sort();
    JSON.parse(JSON.stringify(words));
    shortest = Math.min(shortest, performance.now() - from);
  }
  return Math.max(1, shortest / usual);
}

// Files run in the order of their names, so that nothing has activated the extension before.
describe('activation', () => {
  after(closeAll);

  it(`takes less than ${longest} ms, reading its code included`, async () => {
    assert.equal(extension().isActive, false, 'nothing but a command or the panel activates it');
    const start = performance.now();
    const reading = await place.readCode(extension());
    const { activation } = await activated();
    const whole = performance.now() - start;
    print(
      `activation: code read in ${reading.toFixed(1)} ms, activated in ${activation.toFixed(1)} ms; ${whole.toFixed(0)} ms with the editor's own part`,
    );
    const allowed = longest * slowness();
    assert.ok(
      reading + activation < allowed,
      `it took ${(reading + activation).toFixed(1)} ms, of ${allowed.toFixed(1)} allowed at this machine's speed now`,
    );
  });

  it('starts no engine, and an empty panel neither', async () => {
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
    // Files of the runtime are named in it: a page or an engine reads them.
    assert.doesNotMatch(code, /onnxruntime|WebAssembly|gpt-tokenizer/);
  });

  it('registers every command', async () => {
    const commands = await vscode.commands.getCommands(true);
    const { contributes } = extension().packageJSON as { contributes: { commands: { command: string }[] } };
    for (const { command } of contributes.commands) assert.ok(commands.includes(command), command);
  });
});
