import { count } from './format';
import type { Translator } from './translator';

/** How far a run is. Shares are 0 … 1. */
interface Run {
  /** The share that was done when the run started. */
  readonly from: number;
  readonly fraction: number;
  /** Milliseconds since the start. */
  readonly elapsed: number;
  /** The seconds that are shown now; null if none are. */
  readonly shown: number | null;
}

/** Milliseconds. Before, the first steps say little about the others. */
const longEnough = 1000;

/**
 * Seconds until the end if the rest goes as fast as the part that is done; null in the first second. They are whole up
 * to 10, multiples of 5 up to 90, and multiples of 60 above. The number grows only if the run takes at least a step
 * longer than it shows, so that it does not flicker between two values.
 */
export function secondsLeft({ from, fraction, elapsed, shown }: Run): number | null {
  const done = fraction - from;
  if (elapsed < longEnough || done <= 0) return null;
  const left = ((elapsed / done) * (1 - fraction)) / 1000;
  const step = stepOf(left);
  const rounded = Math.max(1, Math.round(left / step) * step);
  return shown !== null && rounded > shown && left - shown < stepOf(shown) ? shown : rounded;
}

const stepOf = (seconds: number): number => (seconds > 90 ? 60 : seconds > 10 ? 5 : 1);

/** The seconds left of some work, asked again and again while it goes on. */
export class Pace {
  #from = 0;
  #fraction = Infinity;
  #start = 0;
  #shown: number | null = null;

  /** As `secondsLeft`. `now` is in milliseconds. A share that falls belongs to a new part of the work. */
  left(fraction: number | null, now: number): number | null {
    if (fraction === null) return null;
    if (fraction < this.#fraction) [this.#from, this.#start, this.#shown] = [fraction, now, null];
    this.#fraction = fraction;
    return (this.#shown = secondsLeft({ from: this.#from, fraction, elapsed: now - this.#start, shown: this.#shown }));
  }
}

/** The time until the end of some work; empty while it is unknown. */
export function timeLeft(seconds: number | null, l10n: Translator): string {
  return seconds === null ? '' : l10n.t('About {0} left.', duration(seconds));
}

/** The same beside a share, in a few characters: `38 min left`. */
export const timeLeftInShort = (seconds: number, l10n: Translator): string => l10n.t('{0} left', duration(seconds));

const duration = (seconds: number): string => (seconds > 90 ? `${count(seconds / 60)} min` : `${count(seconds)} s`);
