import Mocha from 'mocha';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { write } from './support/results';

/** Outcomes go to the results file; the extension host's own output is mixed with the editor's. */
class Reporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on('pass', (test) => note(test));
    runner.on('fail', (test, error: Error) => note(test, error));
  }
}

const note = (test: Mocha.Runnable, error?: Error) =>
  write({ title: test.fullTitle(), passed: !error, milliseconds: test.duration ?? 0, ...(error && { error: error.stack ?? error.message }) });

/** Called by the extension host: runs every test file beside this one. Rejects when a test fails. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', reporter: Reporter, timeout: 60_000, forbidOnly: true, forbidPending: true });
  const some = process.env['VECTORSCOPE_GREP'];
  if (some) mocha.grep(new RegExp(some, 'i'));
  for (const file of readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).sort()) {
    if (file.endsWith('.test.cjs')) mocha.addFile(join(__dirname, file));
  }
  // What a panel's page finds out about its GPU would come at any time; the tests of that say so.
  await vscode.workspace.getConfiguration('vectorscope').update('backend', 'wasm', vscode.ConfigurationTarget.Global);
  const failures = await new Promise<number>((resolve) => void mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} of the tests failed.`);
}
