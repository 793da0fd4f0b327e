import { expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { Surface } from '../../../src/extension/panel/surface';
import { setUp } from '../support/controller';

vi.mock('vscode', () => import('../support/fakeEditor'));

/** A surface in a page, and the kinds of messages that it posts there. */
function surface() {
  const { controller } = setUp();
  const posted: string[] = [];
  const messages: unknown[] = [];
  // Only what the surface touches of the editor's object.
  const webview: unknown = {
    options: {},
    html: '',
    cspSource: '',
    asWebviewUri: (uri: unknown) => uri,
    onDidReceiveMessage: () => ({ dispose: () => {} }),
    postMessage: (message: { readonly type: string }) =>
      Promise.resolve(messages.push(message) + posted.push(message.type) > 0),
  };
  const drawing = new Surface({} as vscode.Uri, 'panel', {
    state: () => controller.state,
    drawn: () => {},
    left: () => {},
    intend: () => {},
    refused: () => {},
  });
  drawing.take(webview as vscode.Webview);
  return { drawing, posted, messages };
}

it('a section that a link leads to comes into sight at once, or once the page is drawn', () => {
  const { drawing, posted } = surface();
  drawing.goTo('token');
  expect(posted).toEqual([]);
  drawing.receive({ type: 'ready' });
  expect(posted).toEqual(['state', 'goTo']);
  drawing.goTo('token');
  expect(posted).toEqual(['state', 'goTo', 'goTo']);
  drawing.receive({ type: 'ready' });
  expect(posted.slice(3)).toEqual(['state']);
});

it('a section that is shown from one room alone says which, and the newest one is meant', () => {
  const { drawing, messages } = surface();
  drawing.goTo('document');
  drawing.goTo('point', ['document']);
  drawing.receive({ type: 'ready' });
  expect(messages.slice(1)).toEqual([{ type: 'goTo', section: 'point', from: ['document'] }]);
});
