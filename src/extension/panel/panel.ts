import * as vscode from 'vscode';
import type { GpuDown } from '../../shared/gpu';
import type { PanelState } from '../../shared/panel';
import { Surface, type SurfaceOwner } from './surface';

export const viewType = 'vectorscope.panel';

/** The one webview panel beside the editor. */
export class Panel {
  readonly #surface: Surface;
  #view: vscode.WebviewPanel | null = null;

  constructor(
    private readonly extensionUri: vscode.Uri,
    owner: SurfaceOwner,
  ) {
    this.#surface = new Surface(extensionUri, 'panel', owner);
  }

  get visible(): boolean {
    return this.#view?.visible ?? false;
  }

  /**
   * Opens beside the editor or comes to the front there; the editor keeps the focus and its selection stays in sight.
   */
  show(): void {
    if (!this.#view)
      this.adopt(
        vscode.window.createWebviewPanel(viewType, 'Vectorscope', {
          viewColumn: vscode.ViewColumn.Beside,
          preserveFocus: true,
        }),
      );
    else if (!this.#view.visible) this.#view.reveal(undefined, true);
  }

  /** Takes over a panel, be it new or left by the window before a reload. */
  adopt(view: vscode.WebviewPanel): void {
    this.#view?.dispose();
    this.#view = view;
    view.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'icon.svg');
    const { webview } = view;
    view.onDidChangeViewState(() => {
      if (!view.visible) this.#surface.hidden();
    });
    view.onDidDispose(() => {
      if (this.#view === view) this.#view = null;
      this.#surface.drop(webview);
    });
    this.#surface.take(webview);
  }

  changed(change: Partial<PanelState>): void {
    this.#surface.changed(change);
  }

  /** Whether the page is drawn and listens. */
  get isThere(): boolean {
    return this.#surface.isDrawn;
  }

  /** To the GPU's worker in the page. */
  post(message: GpuDown): void {
    this.#surface.postGpu(message);
  }

  /** A message as the webview posts it. */
  receive(message: unknown): void {
    this.#surface.receive(message);
  }

  dispose(): void {
    this.#view?.dispose();
  }
}
