import assert from 'node:assert/strict';
import { place } from '#place';
import * as vscode from 'vscode';
import { activated, closeDocuments, longText } from '../inspecting';
import { print } from '../support/results';
import { chosen, inspected, selected } from '../support/selections';
import { attempts, tooLong } from '../support/times';

/** Milliseconds. */
const limit = 20;
const count = 500;
/** Lets the event loop handle what has come; a browser's timers would wait for milliseconds. */
const turn = () =>
  new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
/** What one position asks of the engine: its token, its neighbours and its prediction. */
const callsOfOne = 3;

describe(`moving the cursor through ${count} tokens as fast as events come`, () => {
  afterEach(closeDocuments);

  it(`ends at the last one, leaves no queue, and keeps the event loop free; bar: p99 < ${limit} ms`, async () => {
    const { engineCalls, panelState } = await activated();
    const editor = await inspected(`${longText(700)} ${longText(900)}`.slice(0, 3300));
    const { text: view } = panelState();
    assert.ok(view && view.tokens.length >= count, 'the text is long enough');
    const tokens = view.tokens.slice(0, count);
    let best = Infinity;
    for (let attempt = 0; attempt < attempts && best >= limit; attempt++) {
      const path = attempt % 2 === 0 ? tokens : tokens.toReversed();
      const last = path.at(-1);
      assert.ok(last);
      const arrived = selected(editor.document.uri, last.start, last.start);
      const callsBefore = engineCalls();
      const delays = place.measureDelays();
      for (const { start } of path) {
        const at = editor.document.positionAt(start);
        editor.selection = new vscode.Selection(at, at);
        await turn();
      }
      await arrived;
      const callsDuring = engineCalls();
      const state = await chosen(last.index);
      const { p99 } = delays();
      assert.equal(state.neighbours?.query.id, last.id);
      const left = engineCalls() - callsDuring;
      print(
        `moving through ${count} tokens: event loop p99 ${p99.toFixed(1)} ms; ${callsDuring - callsBefore} engine calls until the last move, ${left} after it`,
      );
      // What was under way, and the last one.
      assert.ok(left <= 2 * callsOfOne, `${left} calls were left`);
      best = Math.min(best, p99);
    }
    assert.ok(best < tooLong(limit), `p99 is ${best} ms`);
  }).timeout(120_000);
});
