import * as vscode from 'vscode';
import type { LoadRequest } from '../shared/engine';
import { EngineError, type ErrorCode } from '../shared/errors';
import type { Failure } from '../shared/panel';
import { translated } from '../shared/said';
import { logEntry, plainMessage } from './plainText';
import { NotTrusted } from './served';
import { modelFileSetting, section } from './settings';

/**
 * Failures that the user should hear of even without the panel in sight; the others are answered in the panel alone.
 */
const announced: ReadonlySet<ErrorCode> = new Set([
  'model-missing',
  'fetch-failed',
  'model-damaged',
  'model-unsupported',
  'geometry-only',
  'server-failed',
  'key-refused',
  'server-mismatch',
  'worker-lost',
  'not-written',
  'internal',
]);

/** What helps, by the labels of the buttons. */
type Ways = ReadonlyMap<string, () => unknown>;

/** What can be done about a model that cannot be loaded. */
export interface ModelOffers {
  /** Loads the geometry of this model alone. */
  show(path: string): void;
  /** Tries again to fetch this model. */
  again(path: string): void;
  /** Asks for another key of the server at this address, and tries again with it. */
  changeKey(address: string): void;
  /** Whether the panel is in sight, which shows failures of a comparison. */
  isInSight(): boolean;
  /** Whether the panel is in sight and keeps showing the failure itself. */
  isSaid(code: ErrorCode): boolean;
}

/** Logs failures and tells the user. One error that ends several requests is one failure. */
export class Failures implements vscode.Disposable {
  readonly #told = new WeakSet<object>();
  #isOver = false;
  #refused: string | null = null;
  /** The address of the server that refused a key last. */
  #keyless: string | null = null;
  #offers: ModelOffers | null = null;

  /** `wanted` is the model that is asked for. */
  constructor(
    private readonly log: Pick<vscode.LogOutputChannel, 'error' | 'show'>,
    private readonly wanted: () => Pick<LoadRequest, 'path' | 'geometryOnly'>,
  ) {}

  /** Notifications offer these from now on. */
  offer(offers: ModelOffers): void {
    this.#offers = offers;
  }

  /** Nobody hears of failures while the window closes, and the log is closed. */
  dispose(): void {
    this.#isOver = true;
  }

  /** Loads the geometry of the model that was refused last. */
  showGeometry(): void {
    if (this.#refused !== null) this.#offers?.show(this.#refused);
  }

  /** Asks for another key of the server that refused one last. */
  changeKey(): void {
    if (this.#keyless !== null) this.#offers?.changeKey(this.#keyless);
  }

  /**
   * Returns the failure as the panel shows it. `path` names the model that failed, if another model has been requested
   * since; `inPanel` means that the panel will show it. `ofOther` helps instead if it is not about the loaded model.
   */
  tell(error: unknown, path = this.wanted().path, inPanel = false, ofOther?: Ways): Failure {
    const code = error instanceof EngineError ? error.code : 'internal';
    const sentence = failureSentence(error);
    const isUntrusted = error instanceof NotTrusted;
    const failure: Failure = {
      message: sentence,
      help: isUntrusted ? 'trust' : helpFor(code, this.#isGeometry(path)),
      ...(error instanceof EngineError && error.choices.length > 0 && { choices: error.choices }),
    };
    if (this.#isOver) return failure;
    if (typeof error === 'object' && error !== null) {
      if (this.#told.has(error)) return failure;
      this.#told.add(error);
    }
    this.log.error(logEntry(error));
    if (code === 'geometry-only' && !ofOther) this.#refused = path;
    if (code === 'key-refused') this.#keyless = path;
    // The panel offers to try again already.
    const isOfPanel = code === 'fetch-failed' || code === 'server-failed';
    const isSaid = ofOther ? this.#offers?.isInSight() === true : inPanel && isOfPanel && this.#isSaid(code);
    if ((announced.has(code) || isUntrusted) && !isSaid)
      this.#announce(sentence, ofOther ?? this.#ways(failure.help, path));
    return failure;
  }

  /** Returns the failure of the model that the loaded one is compared with, in a sentence: the panel shows it. */
  tellOfOther(error: unknown): string {
    const ways = new Map([
      [vscode.l10n.t('Choose Another'), () => vscode.commands.executeCommand('vectorscope.compareModels')],
      [vscode.l10n.t('Show Log'), () => this.log.show()],
    ]);
    return this.tell(error, undefined, false, ways).message;
  }

  /** Tells of a failed export in a notification, since no view shows it. */
  tellOfExport(error: unknown): void {
    const isKnown = typeof error === 'object' && error !== null && this.#told.has(error);
    const { message, help } = this.tell(error);
    const code = error instanceof EngineError ? error.code : 'internal';
    if (!this.#isOver && !isKnown && !announced.has(code))
      this.#announce(message, this.#ways(help, this.wanted().path));
  }

  /** Tells of a failure that has ways out of its own, by their labels. */
  tellApart(error: unknown, sentence: string, ways: Ways): void {
    if (this.#isOver) return;
    this.log.error(logEntry(error));
    this.#announce(sentence, new Map([...ways, [vscode.l10n.t('Show Log'), () => this.log.show()]]));
  }

  #isSaid(code: ErrorCode): boolean {
    return this.#offers?.isSaid(code) === true;
  }

  /** The geometry is not offered if it is loaded already. */
  #isGeometry(path: string): boolean {
    const wanted = this.wanted();
    return wanted.path === path && wanted.geometryOnly === true;
  }

  /** The actions of a notification, by their labels. */
  #ways(help: Failure['help'], path: string): Ways {
    const ways = new Map<string, () => unknown>();
    if (help === 'geometry') ways.set(vscode.l10n.t('Show Geometry Only'), () => this.#offers?.show(path));
    if (help === 'again') ways.set(vscode.l10n.t('Try Again'), () => this.#offers?.again(path));
    if (help === 'key') ways.set(vscode.l10n.t('Change the Key…'), () => this.#offers?.changeKey(path));
    if (help === 'trust')
      ways.set(vscode.l10n.t('Manage Workspace Trust'), () => vscode.commands.executeCommand('workbench.trust.manage'));
    if (help === 'models')
      ways.set(vscode.l10n.t('Choose a Model'), () => vscode.commands.executeCommand('vectorscope.chooseModel'));
    if (help === 'settings')
      ways.set(vscode.l10n.t('Open Settings'), () =>
        vscode.commands.executeCommand('workbench.action.openSettings', `${section}.modelFile`),
      );
    return ways.set(vscode.l10n.t('Show Log'), () => this.log.show());
  }

  #announce(sentence: string, ways: Ways): void {
    void vscode.window
      .showErrorMessage(plainMessage(sentence), ...ways.keys())
      .then((chosen) => chosen !== undefined && ways.get(chosen)?.());
  }
}

/** What a person reads of a failure. */
export const failureSentence = (error: unknown): string =>
  error instanceof EngineError && error.code !== 'internal'
    ? translated(error.said, vscode.l10n)
    : vscode.l10n.t('Something failed inside Vectorscope. Try again. If it fails again, report what the log says.');

const helps: Readonly<Partial<Record<ErrorCode, Failure['help']>>> = {
  'model-missing': 'models',
  'model-damaged': 'models',
  'model-unsupported': 'models',
  'server-mismatch': 'models',
  'fetch-failed': 'again',
  'server-failed': 'again',
  'key-refused': 'key',
  'geometry-only': 'geometry',
  'worker-lost': 'log',
  internal: 'log',
};

/** The sentence of any other failure says enough. A model that a setting names is changed there, others in the list. */
function helpFor(code: ErrorCode, isGeometry: boolean): Failure['help'] {
  if (code === 'geometry-only' && isGeometry) return 'models';
  const help = helps[code] ?? null;
  return help === 'models' && modelFileSetting() !== '' ? 'settings' : help;
}
