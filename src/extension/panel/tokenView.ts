import * as vscode from 'vscode';
import type { ClearedEngine } from '../../shared/consent';
import { noInstruments } from '../../shared/instruments';
import type { PanelOptions, PanelState, SideState } from '../../shared/panel';
import type { Looked } from '../inspection/controller';
import type { Effect } from '../inspection/events';
import { askEngine, Runner, type Owner } from '../inspection/runner';
import { noSecond } from '../inspection/second';
import { noLooking, type State } from '../inspection/state';
import { Surface, type SurfaceIntent, type SurfaceOwner } from './surface';

export const tokenViewId = 'vectorscope.token';

/** The inspection that the view follows while it is not pinned. */
export interface Followed {
  readonly state: PanelState;
  readonly chosen: Looked;
}

export interface TokenViewOwner extends Pick<SurfaceOwner, 'drawn' | 'left' | 'intend' | 'refused'> {
  readonly followed: Followed;
  /** Resolves once the engine has the model. */
  ready(): Promise<void>;
  failed(error: unknown): void;
  pinned(pinned: boolean): void;
}

/** A copy of the shown state, in which other tokens can still be chosen. */
class Pin {
  readonly runner: Runner;

  constructor(
    ask: Owner['ask'],
    { machine, world }: Looked,
    public state: PanelState,
    owner: Pick<TokenViewOwner, 'failed'> & { changed(change: Partial<PanelState>): void },
  ) {
    const does = (effect: Effect) => 'error' in effect && owner.failed(effect.error);
    this.runner = new Runner(
      {
        ...{ ask, world, does, progressed: () => undefined, failed: String, failedOther: String },
        changed: (change) => {
          this.state = { ...this.state, ...change };
          owner.changed(change);
        },
      },
      pinned(machine),
    );
  }

  /** The model is in memory, or no longer. */
  set loaded(loaded: boolean) {
    const { state } = this.runner;
    this.runner.state = { ...state, memory: loaded ? state.numbersOf : null };
    this.runner.send({ type: 'world' });
  }
}

/** Nothing is asked of it but the numbers of its choice. Its run may be gone by now. */
const pinned = ({ shown, ...state }: State): State => ({
  ...state,
  ...{ shown, wish: shown && { ...shown.wish, isDone: true }, reading: null, needs: null, ended: null, life: -1 },
  ...{ sight: {}, looking: noLooking, second: noSecond },
});

/** The settings that a pinned view follows; the others belong to the text that it holds. */
const heardOptions = [
  'centred',
  'space',
  'colouring',
  'metric',
  'neighbours',
  'top',
] as const satisfies readonly (keyof PanelOptions)[];

/** The view *Token* in the side bar: it follows the chosen position, or holds what it showed when it was pinned. */
export class TokenView implements vscode.WebviewViewProvider {
  readonly #surface: Surface;
  #view: vscode.WebviewView | null = null;
  #pin: Pin | null = null;

  constructor(
    extensionUri: vscode.Uri,
    private readonly engine: ClearedEngine,
    private readonly owner: TokenViewOwner,
  ) {
    this.#surface = new Surface(extensionUri, 'side', {
      state: () => this.state,
      drawn: () => owner.drawn(),
      left: () => owner.left(),
      intend: (intent) => this.#intend(intent),
      refused: () => owner.refused(),
    });
  }

  get state(): SideState {
    return { ...(this.#pin?.state ?? this.owner.followed.state), ...noInstruments, pinned: this.#pin !== null };
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
    const pin = this.#pin;
    if (!pin) {
      const drawn = Object.fromEntries(
        Object.entries(change).filter(([key]) => !Object.hasOwn(noInstruments, key)),
      ) as Partial<PanelState>;
      return Object.keys(drawn).length > 0 ? this.#surface.changed(drawn) : undefined;
    }
    // Ids and numbers of one model mean nothing in another.
    if (change.model && change.model !== pin.state.model) return this.pin(false);
    const options = change.options && pick(change.options, heardOptions);
    const differing = options && heardOptions.filter((name) => options[name] !== pin.state.options[name]);
    const heard: Partial<PanelState> = {
      ...(change.loaded !== undefined && { loaded: change.loaded }),
      ...(options && differing && differing.length > 0 && { options: { ...pin.state.options, ...options } }),
    };
    if (heard.loaded !== undefined) pin.loaded = heard.loaded;
    if (heard.options) pin.runner.send({ type: 'options', options: heard.options });
  }

  /** Pins the shown state, or follows again. */
  pin(pinned: boolean): void {
    if (pinned === (this.#pin !== null)) return;
    const { state, chosen } = this.owner.followed;
    this.#pin = pinned && state.text ? this.#pinned(chosen, state) : null;
    this.#surface.hydrate();
    this.owner.pinned(this.#pin !== null);
  }

  /** A message as the webview posts it. */
  receive(message: unknown): void {
    this.#surface.receive(message);
  }

  #intend(intent: SurfaceIntent): void {
    if (intent.type === 'pin') return this.pin(intent.pinned);
    const pin = this.#pin;
    if (intent.type !== 'chooseToken' || !pin) return this.owner.intend(intent, this.state);
    const { choice } = pin.runner.state;
    pin.runner.send({ type: 'choose', choice: { ...choice, tokenId: intent.id } });
    this.owner.ready().catch((error: unknown) => this.owner.failed(error));
  }

  #pinned(chosen: Looked, state: PanelState): Pin {
    const ask: Owner['ask'] = (call, request, control) =>
      askEngine(this.engine, call, request, control) ?? Promise.reject(new TypeError('Only the engine is asked here.'));
    const pin: Pin = new Pin(ask, chosen, state, {
      failed: (error) => this.owner.failed(error),
      changed: (change) => this.#pin === pin && Object.keys(change).length > 0 && this.#surface.changed(change),
    });
    return pin;
  }
}

const pick = <T, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> =>
  Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
