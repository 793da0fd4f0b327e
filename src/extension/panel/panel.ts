import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { HostMessage, Intent, PanelState } from '../../shared/panel';
import { html } from './html';
import { parseIntent } from './messages';

export const viewType = 'vectorscope.panel';

/** What the panel does with the rest of the extension. */
export interface PanelOwner {
  state(): PanelState;
  /** The page waits for the state: there is somebody to tell things to. */
  drawn(): void;
  intend(intent: Exclude<Intent, { type: 'ready' }>): void;
  /** A message had no known form. */
  refused(): void;
  closed(): void;
}

/** The one webview panel: a picture of the owner's state, shown anew whenever the webview is drawn again. */
export class Panel {
  #view: vscode.WebviewPanel | null = null;
  /** Whether the webview has asked for the state and still lives; a hidden one is thrown away. */
  #drawn = false;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly owner: PanelOwner,
  ) {}

  get visible(): boolean {
    return this.#view?.visible ?? false;
  }

  /** Opens beside the editor or comes to the front there; the editor keeps the focus and its selection stays in sight. */
  show(): void {
    if (!this.#view) this.adopt(vscode.window.createWebviewPanel(viewType, 'Vectorscope', { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }));
    else if (!this.#view.visible) this.#view.reveal(undefined, true);
  }

  /** Takes over a panel, be it new or left by the window before a reload. */
  adopt(view: vscode.WebviewPanel): void {
    this.#view?.dispose();
    this.#view = view;
    this.#drawn = false;
    const folder = vscode.Uri.joinPath(this.extensionUri, 'dist', 'webview');
    const { webview } = view;
    webview.options = { enableScripts: true, localResourceRoots: [folder] };
    view.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'icon.svg');
    webview.onDidReceiveMessage((message: unknown) => this.receive(message));
    view.onDidChangeViewState(() => {
      if (!view.visible) this.#drawn = false;
    });
    view.onDidDispose(() => {
      if (this.#view !== view) return;
      this.#view = null;
      this.#drawn = false;
      this.owner.closed();
    });
    webview.html = html({
      script: webview.asWebviewUri(vscode.Uri.joinPath(folder, 'panel.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(folder, 'panel.css')).toString(),
      source: webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      language: vscode.env.language,
      title: 'Vectorscope',
    });
  }

  changed(change: Partial<PanelState>): void {
    if (this.#drawn) this.#post({ type: 'change', change });
  }

  /** A message as the webview posts it. */
  receive(message: unknown): void {
    const intent = parseIntent(message);
    if (!intent) return this.owner.refused();
    if (intent.type !== 'ready') return this.owner.intend(intent);
    this.#drawn = true;
    this.#post({ type: 'state', state: this.owner.state() });
    this.owner.drawn();
  }

  dispose(): void {
    this.#view?.dispose();
  }

  #post(message: HostMessage): void {
    // A webview that is thrown away meanwhile takes no message; the next one asks for the whole state.
    void this.#view?.webview.postMessage(message).then(undefined, () => undefined);
  }
}
