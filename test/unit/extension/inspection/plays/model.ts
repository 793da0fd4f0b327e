import type { Subject } from '../../../../../src/extension/inspection/subject';
import type { PanelState } from '../../../../../src/shared/panel';
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
  #asked = 0;
  #beforeRead: { readonly wish: Wish } | null = null;
  #checked: PanelState | null = null;

  asks(subject: Wish): void {
    this.#asked++;
    this.#beforeRead = null;
    this.wish = subject;
    this.isUnsure = false;
    this.choice = null;
  }

  /** A text is read: it is the newest wish unless another comes meanwhile, and goes where this act lets it go. */
  reads(rig: Rig): (subject: Subject | null) => void {
    const { wish, isUnsure, leave } = this;
    const address = rig.isUser ? leave.to(rig) : null;
    this.asks(wish);
    this.isUnsure = isUnsure || rig.hasWritten;
    rig.hasWritten = false;
    this.#beforeRead = { wish };
    const asked = this.#asked;
    return (subject) => {
      if (asked !== this.#asked) return;
      if (subject === null) return void (this.wish = wish);
      this.wish = subject;
      this.isUnsure ||= this.#beforeRead === null;
      leave.gives(address, subject, rig.state.options.context);
    };
  }

  /** What was asked for before holds again. */
  cancelsReading(): void {
    if (this.#beforeRead) this.wish = this.#beforeRead.wish;
    this.#beforeRead = null;
    this.isUnsure = true;
  }

  chooses(rig: Rig, position: number, tokenId: number | null): void {
    this.choice = { position, tokenId, cut: cutOf(rig.state) };
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
