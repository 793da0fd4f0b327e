import * as vscode from 'vscode';
import { parseKeptState } from '../../shared/kept';
import { type SectionId, isSection } from '../../shared/rooms';
import type { InspectionController } from '../inspection/controller';
import type { Shown } from '../shown';
import { Returning } from './returning';
import { Surface, type SurfaceOwner } from './surface';

/** Opens the panel; with the name of a section, that comes into sight. */
export const registerOpenPanel = (panel: Panel): vscode.Disposable =>
  vscode.commands.registerCommand('vectorscope.openPanel', (given: unknown) =>
    isSection(given) ? panel.goTo(given) : panel.show(),
  );

/** Brings the panel back after a reload of the window: the same text as it stands now, asked with the same options. */
export function registerPanelSerializer(panel: Panel, controller: InspectionController, { onDidChange }: Shown) {
  const returning = new Returning(controller);
  const listening = onDidChange(() => returning.changed());
  const serializer = vscode.window.registerWebviewPanelSerializer(viewType, {
    async deserializeWebviewPanel(view, state) {
      panel.adopt(view);
      const kept = parseKeptState(state);
      // The panel is back at once; its numbers come when they come.
      if (kept) void returning.resume(kept);
    },
  });
  return vscode.Disposable.from(listening, serializer);
}

export const viewType = 'vectorscope.panel';

/** The one webview panel beside the editor. */
export class Panel {
  readonly #surface: Surface;
  readonly #listening: vscode.Disposable;
  #view: vscode.WebviewPanel | null = null;

  constructor(
    private readonly extensionUri: vscode.Uri,
    shown: Shown,
    owner: Omit<SurfaceOwner, 'state'>,
  ) {
    const surface = new Surface(extensionUri, 'panel', { ...owner, state: () => shown.state });
    this.#surface = surface;
    this.#listening = shown.onDidChange((change) => surface.changed(change));
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
    else if (!this.#view.visible) {
      this.#makeWay(this.#view.viewColumn);
      this.#view.reveal(undefined, true);
    }
  }

  /**
   * Moves the text that is looked at, or its diff, into another group if the panel would come to the front over it. The
   * panel itself stays: one that is moved is a preview, which the next file takes the place of.
   */
  #makeWay(column: vscode.ViewColumn | undefined): void {
    const { activeTabGroup, all } = vscode.window.tabGroups;
    if (!vscode.window.activeTextEditor || activeTabGroup.viewColumn !== column) return;
    const other = all.find(({ viewColumn }) => viewColumn !== column);
    const to = other ? { to: 'position', value: other.viewColumn } : { to: 'right' };
    void vscode.commands.executeCommand('moveActiveEditor', { by: 'group', ...to });
  }

  /** Opens with a section in sight. */
  goTo(section: SectionId): void {
    this.show();
    this.#surface.goTo(section);
  }

  /** Opens, on this section if the point or the document is in sight. Any other room stays. */
  showText(section: SectionId): void {
    this.show();
    this.#surface.goTo(section, ['point', 'document']);
  }

  /** Takes over a panel: a new one, or one from before a reload of the window. */
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

  /** A message as the webview posts it. */
  receive(message: unknown): void {
    this.#surface.receive(message);
  }

  dispose(): void {
    this.#listening.dispose();
    this.#view?.dispose();
  }
}
