import * as vscode from 'vscode';
import { noInstruments } from '../../shared/instruments';
import type { PanelState } from '../../shared/panel';
import { Surface, type SurfaceOwner } from './surface';

export const tokenViewId = 'vectorscope.token';

interface TokenViewOwner extends Pick<SurfaceOwner, 'drawn' | 'left' | 'intend' | 'refused'> {
  /** The inspection that the view follows. */
  readonly followed: { readonly state: PanelState };
}

/** The view *Token* in the side bar, which follows the chosen position. */
export class TokenView implements vscode.WebviewViewProvider {
  readonly #surface: Surface;
  #view: vscode.WebviewView | null = null;

  constructor(
    extensionUri: vscode.Uri,
    private readonly owner: TokenViewOwner,
  ) {
    this.#surface = new Surface(extensionUri, 'side', {
      state: () => this.state,
      drawn: () => owner.drawn(),
      left: () => owner.left(),
      intend: (intent) => owner.intend(intent, this.state),
      refused: () => owner.refused(),
    });
  }

  get state(): PanelState {
    return { ...this.owner.followed.state, ...noInstruments };
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    const { webview } = view;
    view.onDidChangeVisibility(() => {
      if (!view.visible) this.#surface.hidden();
    });
    view.onDidDispose(() => {
      if (this.#view === view) this.#view = null;
      this.#surface.drop(webview);
    });
    this.#surface.take(webview);
  }

  /** Brings the view to the front; unless it is open already, it takes the focus. */
  show(): void {
    if (this.#view) this.#view.show(true);
    else void vscode.commands.executeCommand(`${tokenViewId}.focus`);
  }

  /** What changed in the state that the view follows. */
  changed(change: Partial<PanelState>): void {
    const drawn = Object.fromEntries(
      Object.entries(change).filter(([key]) => !Object.hasOwn(noInstruments, key)),
    ) as Partial<PanelState>;
    if (Object.keys(drawn).length > 0) this.#surface.changed(drawn);
  }

  /** A message as the webview posts it. */
  receive(message: unknown): void {
    this.#surface.receive(message);
  }
}
