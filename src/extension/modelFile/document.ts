import { host } from '#host';
import * as vscode from 'vscode';
import type { InView } from '../../shared/instruments';
import type { PanelState } from '../../shared/panel';
import { Surface, type SurfaceIntent } from '../panel/surface';
import { inAnySight } from './inSight';
import { fileIntents, type FileEffects } from './intents';
import { OpenFile, type OpenFileOwner } from './openFile';
import { watchModel } from './watching';

export interface DocumentOwner extends FileEffects {
  readonly extensionUri: vscode.Uri;
  /** What every open file is told. */
  readonly open: Omit<OpenFileOwner, 'changed' | 'late' | 'removed'>;
  /** A message of a page had no known form. */
  refused(): void;
  closed(document: ModelFileDocument): void;
}

/** A model file that is open in one or more editors, which all show the same state. */
export class ModelFileDocument implements vscode.CustomDocument {
  readonly file: OpenFile;
  readonly #surfaces = new Map<vscode.WebviewPanel, Surface>();
  readonly #inSight = new Map<vscode.WebviewPanel, InView>();
  readonly #changes = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changes.event;
  readonly #watching: vscode.Disposable;
  #answering: { readonly controller: OpenFile['controller']; readonly answer: ReturnType<typeof fileIntents> } | null =
    null;

  constructor(
    readonly uri: vscode.Uri,
    private readonly owner: DocumentOwner,
  ) {
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    const { path, failure } = placeOf(uri, owner);
    const { longest } = owner.open;
    this.file = new OpenFile(
      { name, path },
      {
        ...owner.open,
        late: () =>
          vscode.l10n.t(
            'The header of {0} could not be read within {1} seconds. Copy the file to a faster disk or choose another model.',
            name,
            longest,
          ),
        removed: () =>
          vscode.l10n.t('{0} was moved or deleted. These are its earlier contents. Open it where it is now.', name),
        changed: (change) => {
          for (const surface of this.#surfaces.values()) surface.changed(change);
          this.#changes.fire();
        },
      },
    );
    this.#watching = watchModel(uri, () => this.file.touched());
    // The page is drawn meanwhile.
    if (failure === null) void this.file.reading.read();
    else this.file.reading.fail(failure);
  }

  get state(): PanelState {
    return this.file.state;
  }

  /** Draws the document in an editor too. */
  show(panel: vscode.WebviewPanel): void {
    const surface = new Surface(this.owner.extensionUri, 'panel', {
      state: () => this.state,
      drawn: () => void this.file.controller.announce(),
      left: () => this.#look(panel, {}),
      intend: (intent, shown) =>
        intent.type === 'inView' ? this.#look(panel, intent.parts) : this.#answer(intent, shown),
      refused: () => this.owner.refused(),
    });
    this.#surfaces.set(panel, surface);
    panel.onDidChangeViewState(() => {
      if (!panel.visible) surface.hidden();
    });
    const { webview } = panel;
    panel.onDidDispose(() => {
      this.#surfaces.delete(panel);
      surface.drop(webview);
    });
    surface.take(webview);
  }

  /** A message as a page posts it. */
  receive(message: unknown): void {
    const [surface] = this.#surfaces.values();
    surface?.receive(message);
  }

  /** Called by the editor when the last editor of the file is closed. */
  dispose(): void {
    void this.close();
    this.owner.closed(this);
  }

  /** Resolves when its process has ended. */
  close(): Promise<void> {
    this.#watching.dispose();
    this.#changes.dispose();
    return this.file.close();
  }

  #look(panel: vscode.WebviewPanel, parts: InView): void {
    this.#inSight.set(panel, parts);
    if (!this.#surfaces.has(panel)) this.#inSight.delete(panel);
    void this.file.controller.intend({ type: 'inView', parts: inAnySight(this.#inSight.values()) });
  }

  #answer(intent: SurfaceIntent, shown: PanelState): void {
    const { controller } = this.file;
    if (this.#answering?.controller !== controller)
      this.#answering = { controller, answer: fileIntents(this.uri, this.file, this.owner) };
    this.#answering.answer(intent, shown);
  }
}

/** Where the engine finds a file, or a sentence that says why it cannot. */
function placeOf(uri: vscode.Uri, { open }: DocumentOwner): { readonly path: string; readonly failure: string | null } {
  try {
    return { path: host.fileOf(uri), failure: null };
  } catch (error) {
    return { path: uri.path, failure: open.told(error) };
  }
}
