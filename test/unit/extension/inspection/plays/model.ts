import type { Subject } from '../../../../../src/extension/inspection/subject';
import type { PanelOptions, PanelState } from '../../../../../src/shared/panel';
import { known } from './known';
import { Leave } from './leave';
import type { Rig } from './rig';
import { Second } from './second';
import { cutOf, faultsShown } from './shown';

/** What a person chose in the text that is shown. */
interface Choice {
  readonly position: number;
  readonly tokenId: number | null;
  /** The cut of the text that it was chosen in. */
  readonly cut: number | null;
}

type Wish = Pick<Subject, 'text' | 'before' | 'uri'> | null;

/** What a person asked for last and let go. Nothing here knows how it is done. */
export class Model {
  readonly leave = new Leave();
  readonly second = new Second();
  /** The text that was asked for last; null if none is wanted. */
  wish: Wish = null;
  /** Whether the text before may have come back: a conversation was refused, or a reading was cancelled. */
  isUnsure = false;
  choice: Choice | null = null;
  /** The life of the engine in which a position, a token or an option was chosen last; null: without a model. */
  chosenIn: number | null = 0;
  /** Whether the last option of a list was set while the chosen token was awaited. */
  isEarly = false;
  /** Whether an inspection was restored while the settings named another model than is in memory. */
  isApart = false;
  /** Experiments that were cancelled since they were asked for. */
  readonly cancelled = new Set<string>();
  /** Whether a patch was asked for since the second text was. */
  hasPatched = false;
  #asked = 0;
  #beforeRead: { readonly wish: Wish } | null = null;
  #checked: PanelState | null = null;

  asks(subject: Wish): void {
    this.#asked++;
    this.#beforeRead = null;
    this.wish = subject;
    this.isUnsure = this.isApart = false;
    this.choice = null;
  }

  /** A text is read: it is the newest wish unless another comes meanwhile, and goes where this act lets it go. */
  reads(rig: Rig): (subject: Subject | null) => void {
    const { wish, isUnsure, leave } = this;
    const { isDownload } = leave;
    const address = rig.isUser || isDownload ? leave.to(rig) : null;
    this.asks(wish);
    this.isUnsure = isUnsure;
    this.#beforeRead = { wish };
    const asked = this.#asked;
    return (subject) => {
      if (asked !== this.#asked) return;
      if (subject === null) return void (this.wish = wish);
      this.wish = subject;
      this.isUnsure ||= this.#beforeRead === null;
      leave.gives(address, subject, rig.state.options.context, isDownload);
    };
  }

  /** Whether the newest wish had to be read first. */
  get isRead(): boolean {
    return this.#beforeRead !== null;
  }

  /** What was asked for before holds again. */
  cancelsReading(): void {
    if (this.#beforeRead) this.wish = this.#beforeRead.wish;
    this.#beforeRead = null;
    this.isUnsure = true;
  }

  chooses(rig: Rig, position: number, tokenId: number | null): void {
    this.choice = { position, tokenId, cut: cutOf(rig.state) };
    this.choosesOption(rig);
  }

  choosesOption({ pretended: { loaded, life } }: Rig): void {
    this.chosenIn = loaded ? life : null;
    this.isEarly = false;
  }

  changes(rig: Rig, options: Partial<PanelOptions>): void {
    const before = rig.state.options;
    if (Object.entries(options).every(([name, value]) => before[name as keyof PanelOptions] === value)) return;
    this.choosesOption(rig);
    this.isEarly = rig.state.token === null;
  }

  /** Throws the first sentence that does not hold of what is shown and of what was sent. */
  check(rig: Rig): void {
    throwFirst([...rig.pretended.faults.splice(0), ...this.leave.faults(rig)]);
    if (rig.state === this.#checked) return;
    this.#checked = rig.state;
    throwFirst(faultsShown(rig));
  }

  /** The same once nothing goes on by itself. */
  checkTurn(rig: Rig): void {
    this.check(rig);
    throwFirst(this.second.faults(rig));
  }
}

export function throwFirst(faults: Iterable<string>): void {
  for (const fault of faults) if (!known.some(({ sentence }) => sentence.test(fault))) throw new Error(fault);
}
