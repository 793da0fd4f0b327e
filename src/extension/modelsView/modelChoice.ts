import { host } from '#host';
import * as vscode from 'vscode';
import { EngineError, isCancelled } from '../../shared/errors';
import { translated } from '../../shared/said';
import type { InspectionController } from '../inspection/controller';
import type { NewestTask } from '../inspection/newest';
import { DownloadNeeded } from '../inspection/surroundings';
import { plainMessage } from '../plainText';
import { NotTrusted } from '../served';
import { modelFileSetting } from '../settings';
import { describeModel } from './chosenModel';
import type { Descriptions } from './descriptions';
import { agreesToGeometry, pathFromDialog, tellOfSetting, tellOfSlip } from './dialogs';
import { entryOfServer, type Entry } from './models';
import type { ChosenServer, HubOrigin, ChosenFile, RememberedModels } from './remembered';
import type { ModelsView, ModelsViewOwner } from './view';

interface Using {
  /** Whether a header can be read without the whole file. Otherwise only the load shows whether a model can be run. */
  readonly readsHeaders: boolean;
  /** Rejects with an `EngineError` if the file is missing or too large. Does not read it. */
  look(path: string): Promise<unknown>;
  /** Shows that the model is being opened, until the returned function is called. */
  opening(name: string): () => void;
  readonly descriptions: Descriptions;
  readonly remembered: RememberedModels;
  /** Whether this is still the newest choice: no other model was chosen and none was unloaded since. */
  isCurrent(): boolean;
  /** Asks whether to load the geometry alone. `refusal` says why the model cannot be run. */
  agrees(refusal: string): Promise<boolean>;
  /** Whether a model is in memory, or being loaded. */
  isInUse(): boolean;
  /** Loads the model that is chosen now. Rejects if it cannot be loaded. */
  load(): PromiseLike<void>;
  /** Loads it in the background and reports a failure itself. */
  loadAgain(): void;
  /** Draws the list, which may have changed. */
  redraw(): void;
}

/** Whether to load the whole model or its geometry alone. */
type LoadMode = 'all' | 'geometry';

/**
 * Chooses a model and loads it. If it cannot be loaded, rejects with an `EngineError` and keeps the former choice,
 * which is loaded again if the engine ended for the new one. The former choice also stays if the model cannot be run
 * and the user declines its geometry. A newer choice always replaces this one, however long its file takes to be
 * described.
 */
export async function use(entry: Entry, mode: LoadMode, using: Using): Promise<void> {
  const { descriptions, readsHeaders, remembered, isCurrent, isInUse, load, loadAgain, redraw } = using;
  const geometryOnly = await decided(entry, mode, using);
  if (geometryOnly === null || !isCurrent()) return;
  const before = remembered.chosen;
  const wasInUse = isInUse();
  const isNew = remembered.of(entry.path) === null;
  const chosen = choiceOf(entry, geometryOnly);
  // The setting itself chooses this model. Only the decision about its geometry is kept.
  if (entry.kind === 'setting') await remembered.remember({ path: entry.path, geometryOnly });
  else await remembered.choose(chosen);
  redraw();
  try {
    if (!isCurrent()) throw new EngineError('cancelled', 'The model is no longer requested.');
    await load();
    // The file was repaired.
    if (descriptions.of(entry.path)?.kind === 'failed') await descriptions.ask(entry.path, true);
  } catch (error) {
    // A later choice ended this load, and stays. So does a model that waits for its download.
    const goesBack =
      entry.kind !== 'setting' && isSame(remembered.chosen, chosen) && !(error instanceof DownloadNeeded);
    // The user may have removed it from the list meanwhile.
    const former = before && remembered.of(before.path) ? before : null;
    if (goesBack) await remembered.choose(former);
    const isFile = !entry.server;
    if (!readsHeaders && isFile) await learnt(entry.path, error, descriptions);
    // If its header had been readable, it would not have been chosen.
    if (!readsHeaders && isFile && isNew && descriptions.of(entry.path)?.kind === 'failed')
      await remembered.forget(entry.path);
    if (goesBack && wasInUse && !isSame(former, chosen) && !isInUse() && !leavesIt(error)) loadAgain();
    throw error;
  } finally {
    redraw();
  }
}

/**
 * Whether the former model stays unloaded: the user cancelled, or the new file is kept for the geometry that is
 * offered.
 */
const leavesIt = (error: unknown): boolean =>
  isCancelled(error) || (error instanceof EngineError && error.code === 'geometry-only');

/** Keeps what a failed load revealed about a file. The file of a model that cannot be run is still in memory. */
async function learnt(path: string, error: unknown, descriptions: Descriptions): Promise<void> {
  descriptions.keep(path, error);
  if (error instanceof EngineError && error.code === 'geometry-only') await descriptions.ask(path, true);
}

const isSame = (a: ChosenFile | null, b: ChosenFile | null): boolean =>
  a?.path === b?.path &&
  (a?.geometryOnly ?? false) === (b?.geometryOnly ?? false) &&
  a?.server?.model === b?.server?.model &&
  a?.server?.matrices === b?.server?.matrices;

/** Whether to load the geometry alone; `null` if the user declined it. */
async function decided(
  { path, name, server }: Entry,
  mode: LoadMode,
  { readsHeaders, look, opening, descriptions, remembered, agrees, redraw }: Using,
): Promise<boolean | null> {
  // What a server gives is known once it is connected to.
  if (server) return false;
  const opened = opening(name);
  try {
    if (readsHeaders) await descriptions.ask(path, true);
    else await looked(path, look, descriptions).finally(redraw);
  } finally {
    opened();
  }
  redraw();
  const known = descriptions.of(path);
  // The file may have been repaired.
  if (!readsHeaders && known?.kind !== 'read') return mode === 'geometry' || remembered.of(path)?.geometryOnly === true;
  if (known?.kind === 'failed') throw new EngineError(known.code, known.message);
  if (!known || known.summary.verdict === 'runs') return mode === 'geometry';
  const { refusal } = known.summary;
  if (known.summary.verdict === 'nothing') throw new EngineError('model-unsupported', refusal ?? '');
  const isAnswered = mode === 'geometry' || remembered.of(path)?.geometryOnly === true;
  return isAnswered || (await agrees(refusal ? translated(refusal, vscode.l10n) : '')) ? true : null;
}

/** Checks a file before the engine of the former model ends for it. Keeps the failure. */
async function looked(path: string, look: Using['look'], descriptions: Descriptions): Promise<void> {
  try {
    await look(path);
  } catch (error) {
    descriptions.keep(path, error);
    throw error;
  }
}

function choiceOf({ kind, path, name, named, hub, server }: Entry, geometryOnly: boolean): ChosenFile | null {
  if (kind === 'default' && !geometryOnly) return null;
  return {
    path,
    ...(named && { name }),
    ...(geometryOnly && { geometryOnly }),
    ...(hub && { hub }),
    ...(server && { server }),
  };
}

export interface ModelChoiceOwner extends Pick<ModelsViewOwner, 'shown' | 'remembered'> {
  /** A server that is chosen here may get text from here. */
  readonly agreed: { add(address: string): Promise<void> };
  /** The newest choice of a model wins. */
  readonly choosing: NewestTask;
  readonly controller: Pick<InspectionController, 'opening'>;
  /** Loads the model that is chosen now. Rejects if it cannot be loaded. */
  load(): Promise<void>;
  /** Logs the failure of a model and shows it to the user. */
  failed(error: unknown, path?: string): void;
}

/** Chooses and loads a model, and tells the user why that fails. */
export class ModelChoice {
  constructor(
    private readonly view: ModelsView,
    private readonly owner: ModelChoiceOwner,
  ) {}

  use(path: string, mode: LoadMode): Promise<void> {
    return this.#use(this.view.models.entryOf(path), mode);
  }

  /** Chooses a server as the user has just described it. */
  connect(server: ChosenServer): Promise<void> {
    return this.#use(entryOfServer(server), 'all');
  }

  /** Chooses a model that was fetched from the Hub. */
  fetched({ path, name, hub }: { path: string; name: string; hub: HubOrigin }, mode: LoadMode): Promise<void> {
    return this.#use({ kind: 'file', path, name, named: true, hub }, mode);
  }

  async #use(entry: Entry, mode: LoadMode): Promise<void> {
    const { shown, remembered, agreed, choosing, controller } = this.owner;
    if (modelFileSetting() !== '' && entry.kind !== 'setting') return tellOfSetting();
    const { isCurrent, end } = choosing.start();
    try {
      if (entry.server) await agreed.add(entry.server.address);
      const using = use(entry, mode, {
        isCurrent,
        opening: (name) => controller.opening(name, () => choosing.cancel()),
        readsHeaders: host.readsHeaders,
        look: (file) => describeModel({ path: file }),
        descriptions: this.view.descriptions,
        remembered,
        agrees: agreesToGeometry,
        isInUse: () => shown.state.loaded || shown.state.status.kind === 'working',
        load: () => this.#load(),
        loadAgain: () => void this.#load().catch((error: unknown) => this.tell(error)),
        redraw: () => this.view.redraw(),
      });
      this.view.progress(using);
      await using;
    } catch (error) {
      this.tell(error, entry.path);
    } finally {
      end();
    }
  }

  /** If no URI is given, a dialog asks for one. */
  async open(what: 'file' | 'folder', given: unknown): Promise<void> {
    try {
      const path = given instanceof vscode.Uri ? host.placeOf(given) : await pathFromDialog(what);
      if (path !== undefined) await this.use(path, 'all');
    } catch (error) {
      this.tell(error);
    }
  }

  #load(): Promise<void> {
    // Starts before the editor shows the progress, since another model may be chosen by then.
    const loading = this.owner.load();
    this.view.progress(loading);
    return loading;
  }

  tell(error: unknown, path?: string): void {
    if (isCancelled(error)) return;
    // The user's mistake is shown here, since the panel may not be open.
    if (error instanceof EngineError && error.code === 'bad-request' && !(error instanceof NotTrusted))
      void tellOfSlip(plainMessage(translated(error.said, vscode.l10n)));
    else this.owner.failed(error, path);
  }
}
