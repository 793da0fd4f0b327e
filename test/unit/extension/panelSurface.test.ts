import { expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { Surface } from '../../../src/extension/panel/surface';
import { setUp } from '../support/controller';

vi.mock('vscode', async () => ({
  l10n: await import('@vscode/l10n'),
  env: { language: 'en' },
  Uri: { joinPath: () => ({ toString: () => '' }) },
}));

/** A surface in a page, and the kinds of messages that it posts there. */
function surface() {
  const { controller } = setUp();
  const posted: string[] = [];
  // Only what the surface touches of the editor's object.
  const webview: unknown = {
    options: {},
    html: '',
    cspSource: '',
    asWebviewUri: (uri: unknown) => uri,
    onDidReceiveMessage: () => ({ dispose: () => {} }),
    postMessage: ({ type }: { readonly type: string }) => Promise.resolve(posted.push(type) > 0),
  };
  const drawing = new Surface({} as vscode.Uri, 'panel', {
    state: () => controller.state,
    drawn: () => {},
    left: () => {},
    intend: () => {},
    refused: () => {},
  });
  drawing.take(webview as vscode.Webview);
  return { drawing, posted };
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
