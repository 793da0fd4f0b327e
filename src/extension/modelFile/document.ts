import { host } from '#host';
import * as vscode from 'vscode';
import type { InView } from '../../shared/instruments';
import { handle, type Handlers, type Intent } from '../../shared/intents';
import { splitName } from '../../shared/modelName';
import type { PanelState } from '../../shared/panel';
import { Exporter, type ExportSurroundings } from '../export/exporter';
import { editorOutlet } from '../export/saving';
import { intents } from '../intents';
import { pathFromDialog } from '../modelsView/dialogs';
import { Surface, type SurfaceIntent } from '../panel/surface';
import { inAnySight, OpenFile, type OpenFileOwner } from './openFile';

type OwnIntentName =
  | ('loadGeometry' | 'useFile' | 'compareFile' | 'measureTensor' | 'stopTensor' | 'openTokenizer')
  | ('inspect' | 'inspectDocument' | 'openSample' | 'compareModels' | 'compareSelection');

interface FileEffects {
  readonly log: { show(): void };
  /** Tells of an export that failed. */
  exportFailed(error: unknown): void;
  readonly surroundings: ExportSurroundings;
}

const nothing = () => undefined;

/** Answers the intents of the pages that show a model file. Those about a text in an editor do nothing. */
function fileIntents(uri: vscode.Uri, { reading, controller, engine }: OpenFile, effects: FileEffects) {
  const command = (name: string) => () => void vscode.commands.executeCommand(name, host.placeOf(uri));
  const own: Handlers<OwnIntentName> = {
    loadGeometry: () => controller.intend({ type: 'load' }),
    useFile: command('vectorscope.useModel'),
    compareFile: command('vectorscope.compareModel'),
    measureTensor: ({ name }) => reading.measure(name),
    stopTensor: ({ name }) => reading.stop(name),
    async openTokenizer() {
      const path = await pathFromDialog('tokenizer', vscode.l10n.t('Compare'));
      if (path !== undefined) await reading.check(path);
    },
    inspect: nothing,
    inspectDocument: nothing,
    openSample: nothing,
    compareModels: nothing,
    compareSelection: nothing,
  };
  const isOwn = (intent: SurfaceIntent): intent is Intent<OwnIntentName> => Object.hasOwn(own, intent.type);
  const others = intents({
    controller,
    log: effects.log,
    marks: { point: nothing, flash: nothing },
    revealed: { reveal: () => Promise.resolve(), revealPlace: () => Promise.resolve() },
    exporter: new Exporter(
      engine,
      controller,
      editorOutlet,
      (error) => effects.exportFailed(error),
      effects.surroundings,
    ),
    showGeometry: nothing,
    changeKey: nothing,
  });
  return (intent: SurfaceIntent, shown: PanelState): void => {
    if (isOwn(intent)) void handle(own, intent);
    else others(intent, shown);
  };
}

const ofFolder =
  /\.safetensors(\.index\.json)?$|(^|[\\/])(config|tokenizer|tokenizer_config|special_tokens_map)\.json$/i;

/** Whether a change of a file beside it may change what a model file shows: they are of one model. */
export function isOfModel(path: string, beside: string): boolean {
  if (isSameFile(path, beside)) return true;
  if (ofFolder.test(path)) return ofFolder.test(beside);
  const whole = splitName(path)?.whole;
  const other = splitName(beside)?.whole;
  return whole !== undefined && other !== undefined && isSameFile(whole, other);
}

/**
 * On Windows and on a Mac, a path opens a file whatever the case of its letters, and a change is reported as the disk
 * spells it. Where case matters, a second file of that name costs a needless look at the first.
 */
const isSameFile = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Tells when a model file, or another file of the same model, was changed, made or deleted. */
function watchModel(uri: vscode.Uri, touched: () => void): vscode.Disposable {
  // A pattern of the file's own name would have to escape it, and a model may have several.
  const beside = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '*');
  const watcher = vscode.workspace.createFileSystemWatcher(beside);
  let stamp = stampOf(uri);
  const heard = async ({ fsPath }: vscode.Uri) => {
    if (!isOfModel(uri.fsPath, fsPath)) return;
    // Of a file that was written just before it was opened the editor tells afterwards.
    const [before, now] = [stamp, stampOf(uri)];
    stamp = now;
    if (!isSameFile(fsPath, uri.fsPath) || (await before) !== (await now)) touched();
  };
  return vscode.Disposable.from(
    watcher,
    watcher.onDidChange(heard),
    watcher.onDidCreate(heard),
    watcher.onDidDelete(heard),
  );
}

const stampOf = (uri: vscode.Uri): PromiseLike<string> =>
  vscode.workspace.fs.stat(uri).then(
    ({ mtime, size }) => `${mtime} ${size}`,
    () => 'gone',
  );

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
