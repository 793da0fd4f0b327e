import { place } from '#place';
import * as vscode from 'vscode';
import { write } from './support/results';

/** Outcomes go to what started the tests; the extension host's own output is mixed with the editor's. */
class Reporter extends place.Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on('pass', (test) => note(test));
    runner.on('fail', (test, error: Error) => note(test, error));
  }
}

const note = (test: Mocha.Runnable, error?: Error) =>
  write({
    title: test.fullTitle(),
    passed: !error,
    milliseconds: test.duration ?? 0,
    ...(error && { error: error.stack ?? error.message }),
  });

const mocha = new place.Mocha({
  ui: 'bdd',
  reporter: Reporter,
  // Only there so that a hang ends.
  timeout: 300_000,
  forbidOnly: true,
  forbidPending: true,
});
if (place.some) mocha.grep(new RegExp(place.some, 'i'));
// From here on there are `describe` and `it` for the files of tests, which the bundle holds behind this one.
mocha.suite.emit('pre-require', globalThis, '', mocha);

/** Called by the extension host. Rejects when a test fails. */
export async function run(): Promise<void> {
  // What is found out about a GPU would come at any time; the tests of that say so.
  await vscode.workspace.getConfiguration('vectorscope').update('backend', 'wasm', vscode.ConfigurationTarget.Global);
  // The panel stays beside a document that is closed, and the next one comes where that was.
  await vscode.workspace
    .getConfiguration('workbench')
    .update('editor.closeEmptyGroups', false, vscode.ConfigurationTarget.Global);
  await place.storeModel();
  const failures = await new Promise<number>((resolve) => void mocha.run(resolve));
  await place.reported();
  if (failures > 0) throw new Error(`${failures} of the tests failed.`);
}
