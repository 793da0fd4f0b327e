import * as vscode from 'vscode';
import type { Engine } from '../../shared/engine';
import type { PanelState, SideState } from '../../shared/panel';
import { Chosen } from '../inspection/chosen';
import { Surface, type SurfaceIntent, type SurfaceOwner } from './surface';

export const tokenViewId = 'vectorscope.token';

/** What the view follows while nothing pins it. */
export interface Followed {
  readonly state: PanelState;
  readonly chosen: Pick<Chosen, 'choice' | 'run'>;
}

export interface TokenViewOwner extends Pick<SurfaceOwner, 'drawn' | 'intend' | 'refused'> {
  readonly followed: Followed;
  /** Resolves once the engine has the model. */
  ready(): Promise<void>;
  failed(error: unknown): void;
  pinned(pinned: boolean): void;
}

/** A copy of what was shown, in which other tokens can still be chosen. */
class Pin {
  readonly chosen: Chosen;

  constructor(
    engine: Engine,
    followed: Followed['chosen'],
    public state: PanelState,
    onChange: (change: Partial<PanelState>) => void,
  ) {
    this.chosen = new Chosen(engine, () => this.state, (change) => {
      this.state = { ...this.state, ...change };
      onChange(change);
    });
    this.chosen.takeOver(followed);
  }
}

/** Of what goes on elsewhere a pinned view hears only whether the model is loaded. */
const heardWhilePinned = ['loaded'] as const satisfies readonly (keyof PanelState)[];

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
      intend: (intent) => this.#intend(intent),
      refused: () => owner.refused(),
    });
  }

  get state(): SideState {
    return { ...(this.#pin?.state ?? this.owner.followed.state), pinned: this.#pin !== null };
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
    if (!pin) return this.#surface.changed(change);
    const heard = Object.fromEntries(heardWhilePinned.filter((key) => key in change).map((key) => [key, change[key]])) as Partial<PanelState>;
    if (Object.keys(heard).length === 0) return;
    pin.state = { ...pin.state, ...heard };
    this.#surface.changed(heard);
  }

  /** Holds what is shown, or follows again. */
  pin(pinned: boolean): void {
    if (pinned === (this.#pin !== null)) return;
    this.#pin?.chosen.cancel();
    const { state, chosen } = this.owner.followed;
    this.#pin = pinned && state.text ? new Pin(this.engine, chosen, state, (change) => this.#surface.changed(change)) : null;
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
    void this.owner
      .ready()
      .then(() => pin.chosen.show())
      .catch((error: unknown) => this.owner.failed(error));
  }
}
