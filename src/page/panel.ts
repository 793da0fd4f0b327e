import { parseIntent, parseKeptState } from '../extension/panel/messages';
import type { SurfaceIntent } from '../extension/panel/surface';
import type { HostMessage, KeptState, PanelState } from '../shared/panel';
import { themed } from './theme';
import { words } from './words';

/** The page around the panel, as the panel's first script sees it. */
export interface FrameHost {
  /** The panel's sentences in the words of this page, as JSON. */
  readonly bundle: string;
  receive(message: unknown): void;
  kept(): unknown;
  keep(kept: unknown): void;
  themed(document: Document): void;
}

export interface PanelOwner {
  state(): PanelState;
  intend(intent: SurfaceIntent): void;
  /** The panel's choices are others than before. */
  keep(kept: KeptState): void;
  /** The panel waits for the state. */
  drawn(): void;
}

/** The panel in a frame of its own, as in an editor: a picture of its owner's state. */
export class PanelFrame {
  #kept: KeptState | null;
  #isDrawn = false;

  /** `kept` holds the choices of a link. */
  constructor(
    private readonly frame: HTMLIFrameElement,
    private readonly owner: PanelOwner,
    kept: KeptState | null,
  ) {
    this.#kept = kept;
    const frameHost: FrameHost = {
      bundle: JSON.stringify(words),
      receive: (message) => this.#receive(message),
      kept: () => this.#kept,
      keep: (state) => {
        const parsed = parseKeptState(state);
        if (!parsed) return;
        this.#kept = parsed;
        owner.keep(parsed);
      },
      themed,
    };
    Object.assign(window, { frameHost });
    frame.src = 'panel.html';
  }

  changed(change: Partial<PanelState>): void {
    if (this.#isDrawn) this.#post({ type: 'change', change });
  }

  #receive(message: unknown): void {
    const intent = parseIntent(message);
    if (!intent) return;
    if (intent.type !== 'ready') return this.owner.intend(intent);
    this.#isDrawn = true;
    this.#post({ type: 'state', state: this.owner.state() });
    this.owner.drawn();
  }

  #post(message: HostMessage): void {
    this.frame.contentWindow?.postMessage(message, location.origin);
  }
}
