import * as l10n from '@vscode/l10n';
import type { SurfaceIntent } from '../extension/panel/surface';
import { parseIntent } from '../shared/intents';
import { parseKeptState, type KeptState } from '../shared/kept';
import type { HostMessage, PanelState } from '../shared/panel';
import { isSection, type Room } from '../shared/rooms';
import { ownWords } from './language';
import { themed } from './theme';

/** The page around the panel, as the panel's first script sees it. */
export interface FrameHost {
  /** The panel's sentences in the words of this page, as JSON. */
  readonly bundle: string;
  receive(message: unknown): void;
  kept(): unknown;
  keep(kept: unknown): void;
  /** Gives the panel's page the system's theme and the page's language, and opens what is dropped on it. */
  opened(frame: Window): void;
}

export interface PanelOwner {
  state(): PanelState;
  intend(intent: SurfaceIntent): void;
  /** The panel's choices changed. */
  keep(kept: KeptState): void;
  /** The panel waits for the state. */
  drawn(): void;
  /** The panel's frame has a window. */
  opened(frame: Window): void;
}

/** The panel in a frame of its own, as in an editor: a picture of its owner's state. */
export class PanelFrame {
  #kept: KeptState;
  #isDrawn = false;
  /** The room that is being opened: until then the panel still keeps the one before. */
  #opening: Room | null = null;
  readonly #frame = document.createElement('iframe');

  /** `sentences` are the panel's translations, which an editor would give it. `kept` holds the choices of a link. */
  constructor(
    private readonly owner: PanelOwner,
    sentences: Readonly<Record<string, string>>,
    kept: KeptState,
  ) {
    this.#kept = kept;
    const title = l10n.t('Vectorscope: the inspection');
    const frameHost: FrameHost = {
      bundle: JSON.stringify({ ...sentences, ...ownWords() }),
      receive: (message) => this.#receive(message),
      kept: () => this.#kept,
      keep: (state) => {
        const parsed = parseKeptState(state);
        if (!parsed || parsed.view.room !== (this.#opening ?? parsed.view.room)) return;
        this.#opening = null;
        this.#kept = parsed;
        owner.keep(parsed);
      },
      opened: (frame) => {
        themed(frame.document);
        frame.document.documentElement.lang = document.documentElement.lang;
        frame.document.title = title;
        owner.opened(frame);
      },
    };
    Object.assign(window, { frameHost });
    // Made here: a browser that goes back would load a frame of the page before there is a host for it.
    Object.assign(this.#frame, { id: 'panel', title, src: 'panel.html' });
    this.#frame.allow = 'clipboard-read; clipboard-write';
    document.body.append(this.#frame);
    window.addEventListener('beforeprint', () => this.#unroll());
    window.addEventListener('afterprint', () => this.#frame.removeAttribute('style'));
  }

  /**
   * Makes the frame as high as its page, of which paper would show a window's height. Its width stays: pictures are
   * drawn for it, and browsers shrink what is wider than the paper.
   */
  #unroll(): void {
    const { clientWidth } = this.#frame;
    this.#frame.style.width = `${clientWidth}px`;
    const { scrollHeight = 0 } = this.#frame.contentDocument?.documentElement ?? {};
    this.#frame.style.height = `${scrollHeight}px`;
  }

  changed(change: Partial<PanelState>): void {
    if (this.#isDrawn) this.#post({ type: 'change', change });
  }

  /** Opens a room as it was left. */
  open(room: Room): void {
    if (!this.#isDrawn) return;
    this.#opening = room;
    this.#post({ type: 'open', room });
  }

  /** Brings a section into sight, if there is one with this name. */
  goTo(section: string): void {
    if (this.#isDrawn && isSection(section)) this.#post({ type: 'goTo', section });
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
    this.#frame.contentWindow?.postMessage(message, location.origin);
  }
}
