import * as vscode from 'vscode';
import type { Engine } from '../../shared/engine';
import { noInstruments } from '../../shared/instruments';
import type { PanelOptions, PanelState, SideState } from '../../shared/panel';
import { Chosen, type Looked } from '../inspection/chosen';
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
  readonly chosen: Chosen;

  constructor(
    engine: Engine,
    followed: Looked,
    public state: PanelState,
    onChange: (change: Partial<PanelState>) => void,
  ) {
    this.chosen = new Chosen(
      engine,
      () => this.state,
      (change) => {
        this.state = { ...this.state, ...change };
        onChange(change);
      },
    );
    this.chosen.takeOver(followed);
  }
}

/** The settings that a pinned view follows; the others belong to the text that it holds. */
const heardOptions = [
  'centred',
  'space',
  'colouring',
  'metric',
  'neighbours',
  'top',
] as const satisfies readonly (keyof PanelOptions)[];
/** Those that make other lists. */
const askedAnew: readonly (keyof PanelOptions)[] = ['centred', 'space', 'neighbours', 'top'];

/** The view *Token* in the side bar: it follows the chosen position, or holds what it showed when it was pinned. */
export class TokenView implements vscode.WebviewViewProvider {
  readonly #surface: Surface;
  #view: vscode.WebviewView | null = null;
  #pin: Pin | null = null;

  constructor(
    extensionUri: vscode.Uri,
    private readonly engine: Engine,
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
    if (Object.keys(heard).length === 0) return;
    pin.state = { ...pin.state, ...heard };
    this.#surface.changed(heard);
    if (pin.state.loaded && differing?.some((name) => askedAnew.includes(name))) this.#ask(pin, Promise.resolve());
  }

  /** Pins the shown state, or follows again. */
  pin(pinned: boolean): void {
    if (pinned === (this.#pin !== null)) return;
    this.#pin?.chosen.cancel();
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
    pin.chosen.choice = { ...pin.chosen.choice, tokenId: intent.id };
    this.#ask(pin, this.owner.ready());
  }

  #pinned(chosen: Followed['chosen'], state: PanelState): Pin {
    const pin: Pin = new Pin(this.engine, chosen, state, (change) => {
      if (this.#pin === pin) this.#surface.changed(change);
    });
    return pin;
  }

  /** Completes the numbers of the pinned choice, unless the view follows again by then. */
  #ask(pin: Pin, ready: Promise<void>): void {
    ready
      .then(() => (this.#pin === pin ? pin.chosen.show() : undefined))
      .catch((error: unknown) => this.owner.failed(error));
  }
}

const pick = <T, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> =>
  Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
