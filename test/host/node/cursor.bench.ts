import { place } from '#place';
import * as vscode from 'vscode';
import { activated, closeDocuments, longText } from '../inspecting';
import { print } from '../support/results';
import { chosen, inspected, selected } from '../support/selections';

const count = 500;
/** Lets the event loop handle what has come. */
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

it(`the event loop while the cursor moves through ${count} tokens as fast as events come`, async () => {
  const { engineCalls, panelState } = await activated();
  const editor = await inspected(`${longText(700)} ${longText(900)}`.slice(0, 3300));
  const tokens = panelState().text?.tokens.slice(0, count) ?? [];
  const last = tokens.at(-1) ?? { start: 0, index: 0 };
  const arrived = selected(editor.document.uri, last.start, last.start);
  const before = engineCalls();
  const delays = place.measureDelays();
  for (const { start } of tokens) {
    const at = editor.document.positionAt(start);
    editor.selection = new vscode.Selection(at, at);
    await turn();
  }
  await arrived;
  const during = engineCalls();
  await chosen(last.index);
  print(
    `moving through ${tokens.length} tokens: event loop p99 ${delays().p99.toFixed(1)} ms; ${during - before} engine calls until the last move, ${engineCalls() - during} after it`,
  );
  await closeDocuments();
});
