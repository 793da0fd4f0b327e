import { after } from '../../shared/timers';
import type { Inspected } from './inspected';
import { samePlace, type Place } from './subject';

/** How long after the last edit the text is inspected again, milliseconds. */
const pause = 300;

/** Calls a function once after some milliseconds, unless the returned function is called before. */
export type Schedule = (milliseconds: number, act: () => void) => () => void;

interface FollowingParts {
  readonly inspected: Inspected;
  /** Whether the numbers belong to an older text. */
  isOld(): boolean;
  /** Whether a run would send the text to a server, which is not done unasked. */
  sendsText(): boolean;
  refresh(): Promise<void>;
  changed(on: boolean): void;
  /** Says that the text would be sent to a server at every edit. */
  refused(): void;
  readonly schedule?: Schedule;
}

/** Keeps a text inspected while it is edited. */
export class EditFollowing {
  #on = false;
  #drop = (): void => undefined;

  constructor(private readonly parts: FollowingParts) {}

  turn(on: boolean): void {
    const { inspected, isOld, sendsText, changed, refused } = this.parts;
    const isServed = on && sendsText();
    const isOn = on && inspected.subject !== null && !isServed;
    this.#drop();
    inspected.grows = isOn;
    // A checkbox that was ticked in vain is drawn anew.
    if (isOn !== this.#on || isOn !== on) changed((this.#on = isOn));
    if (isServed) refused();
    if (isOn && isOld()) void this.#refresh();
  }

  /** The document of the text was edited. */
  edited(): void {
    const { isOld, schedule = after } = this.parts;
    if (!this.#on) return;
    this.#drop();
    if (isOld()) this.#drop = schedule(pause, () => void this.#refresh());
  }

  /** A text is about to be inspected or shown. */
  begins(place: Place): void {
    if (this.#on && !samePlace(this.parts.inspected.subject, place)) this.turn(false);
  }

  closed(uri: string): void {
    if (this.parts.inspected.subject?.uri === uri) this.turn(false);
  }

  async #refresh(): Promise<void> {
    const { inspected, isOld, sendsText, refresh } = this.parts;
    const { tracked } = inspected;
    // A text that is deleted may be written anew.
    if (!tracked || !isOld() || tracked.range.start === tracked.range.end) return;
    if (sendsText()) return this.turn(false);
    await refresh();
  }
}
