import { expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { TokenView } from '../../../../src/extension/panel/tokenView';
import type { HostMessage } from '../../../../src/shared/panel';
import { setUp, subject } from '../../support/controller';

vi.mock('vscode', () => import('../../support/fakeEditor'));

/** The view over a controller, and what it posts to its page. */
async function view() {
  const set = setUp();
  const left = vi.fn();
  const tokenView: TokenView = new TokenView({} as vscode.Uri, {
    followed: set.controller,
    drawn: () => {},
    left,
    intend: (intent) => void (intent.type === 'chooseToken' && set.controller.intend(intent)),
    refused: () => {},
  });
  const posted: HostMessage[] = [];
  const listeners: { dispose?: () => void } = {};
  const webview = {
    options: {},
    html: '',
    cspSource: '',
    asWebviewUri: (uri: unknown) => uri,
    onDidReceiveMessage: () => ({ dispose: () => {} }),
    postMessage: (message: HostMessage) => Promise.resolve(posted.push(message) > 0),
  };
  // Only what the view touches of the editor's object.
  const shown: unknown = {
    visible: true,
    webview,
    onDidChangeVisibility: () => ({ dispose: () => {} }),
    onDidDispose: (gone: () => void) => void (listeners.dispose = gone),
  };
  tokenView.resolveWebviewView(shown as vscode.WebviewView);
  tokenView.receive({ type: 'ready' });
  await set.controller.inspect(subject('abc'));
  return { ...set, tokenView, posted, left, close: () => listeners.dispose?.() };
}

it('a page that is gone has nothing under the mouse', async () => {
  const { left, close } = await view();
  expect(left).not.toHaveBeenCalled();
  close();
  expect(left).toHaveBeenCalledOnce();
});
