import * as vscode from 'vscode';
import { activated, closeDocuments, configure, inspectSelection, open, select } from '../inspecting';
import { tokensIn, untilDrawn } from '../support/drawn';
import { print } from '../support/results';
import { quantile } from '../support/times';

const keystrokes = 200;

describe('a keystroke in 20,000 lines', () => {
  // Boundaries and sizes of all tokens need no run.
  before(() => configure('tokenLimit', 64));
  after(() => configure('tokenLimit', undefined));
  afterEach(closeDocuments);

  it('with everything of ours that answers it', async () => {
    const { handlerTimes } = await activated();
    const lines = Array.from({ length: 20_000 }, (_, index) => `Line ${index}: the keeper counted the ships.`);
    const document = await open(lines.join('\n'));
    const [first, last] = [10_000, 10_100];
    const offset = (line: number) => document.offsetAt(new vscode.Position(line, 0));
    const editor = await select(document, offset(first), offset(last));
    await inspectSelection();
    editor.revealRange(new vscode.Range(first, 0, first, 0), vscode.TextEditorRevealType.InCenter);
    await untilDrawn(([drawn]) => tokensIn(drawn?.drawing).length > 200, 'the text is marked');
    for (const [where, line] of [
      ['just before the inspected text', first - 1],
      ['far from it', 10],
      ['in it', first + 2],
    ] as const) {
      editor.selection = new vscode.Selection(line, 0, line, 0);
      editor.revealRange(editor.selection);
      handlerTimes();
      const costs: number[] = [];
      for (let key = 0; key < keystrokes; key++) {
        await vscode.commands.executeCommand('type', { text: key % 40 === 39 ? '\n' : 'x' });
        costs.push(handlerTimes().reduce((sum, time) => sum + time, 0));
      }
      print(
        `our handlers for one keystroke ${where}: p50 ${quantile(costs, 0.5).toFixed(2)} ms, p99 ${quantile(costs, 0.99).toFixed(2)} ms (bar < 4 ms)`,
      );
    }
  });
});
