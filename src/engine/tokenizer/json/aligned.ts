import { EngineError } from '../../../shared/errors';
import type { Matcher } from '../regex/linear';

/**
 * UTF-16 units written or looked through for each of a text, by all steps together: real tokenizers take about ten, for
 * a character that becomes 36 about 100.
 */
const mostWork = 64;
/** Units besides: steps put something before every text, however short. */
const mostBesides = 2 ** 14;

/**
 * How much work may still be done on one text on its way to the model, so that no chain of steps takes more of it than
 * its length allows.
 */
export class Room {
  #left: number;

  constructor(length: number) {
    this.#left = mostWork * length + mostBesides;
  }

  /** Throws `EngineError('model-unsupported')` where so many units more are too many. */
  take(units: number): void {
    this.#left -= units;
    if (this.#left < 0)
      throw new EngineError(
        'model-unsupported',
        "The steps of the model's tokenizer make more work of each character of a text than any real tokenizer's. Choose another model.",
      );
  }
}

/** A text on its way to the model, with the range of the original text that each of its UTF-16 units comes from. */
export interface Aligned {
  readonly text: string;
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
  /** What all that is made of one original shares. */
  readonly room: Room;
}

/** A whole text that nothing was done to yet. A character's units both have its whole range. */
export function unchanged(text: string, room = new Room(text.length)): Aligned {
  const starts = new Uint32Array(text.length);
  const ends = new Uint32Array(text.length);
  let at = 0;
  for (const character of text) {
    const end = at + character.length;
    starts.fill(at, at, end);
    ends.fill(end, at, end);
    at = end;
  }
  return { text, starts, ends, room };
}

export function slice(aligned: Aligned, from: number, to: number): Aligned {
  const { text, starts, ends, room } = aligned;
  if (from === 0 && to === text.length) return aligned;
  room.take(to - from);
  return {
    text: text.slice(from, to),
    starts: Array.prototype.slice.call(starts, from, to),
    ends: Array.prototype.slice.call(ends, from, to),
    room,
  };
}

/** The range of the original that units `from` to `to` come from, of which there is at least one. */
export function rangeOf(
  { starts, ends }: Aligned,
  from: number,
  to: number,
): { readonly start: number; readonly end: number } {
  return { start: starts[from] as number, end: ends[to - 1] as number };
}

/** Puts a changed text together. */
export class AlignedBuilder {
  #text = '';
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  constructor(private readonly room: Room) {}

  /** Units of another text as they are. */
  copy(from: Aligned, first: number, end: number): void {
    this.room.take(end - first);
    this.#text += from.text.slice(first, end);
    for (let unit = first; unit < end; unit++) {
      this.#starts.push(from.starts[unit] as number);
      this.#ends.push(from.ends[unit] as number);
    }
  }

  /** Units that all come from one range. */
  add(text: string, { start, end }: { readonly start: number; readonly end: number }): void {
    this.room.take(text.length);
    this.#text += text;
    for (let unit = 0; unit < text.length; unit++) {
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }

  build(): Aligned {
    return { text: this.#text, starts: this.#starts, ends: this.#ends, room: this.room };
  }
}

/** With text before it that stands in the original nowhere. */
export function prefixed(prefix: string, aligned: Aligned): Aligned {
  const built = new AlignedBuilder(aligned.room);
  const place = aligned.starts[0] as number;
  built.add(prefix, { start: place, end: place });
  built.copy(aligned, 0, aligned.text.length);
  return built.build();
}

/** With every match of a pattern replaced. */
export function replaced(aligned: Aligned, pattern: Matcher, content: string): Aligned {
  aligned.room.take(pattern.cost * aligned.text.length);
  const built = new AlignedBuilder(aligned.room);
  let at = 0;
  for (const { from, to } of pattern.matches(aligned.text)) {
    if (to === from) continue;
    built.copy(aligned, at, from);
    built.add(content, rangeOf(aligned, from, to));
    at = to;
  }
  if (at === 0) return aligned;
  built.copy(aligned, at, aligned.text.length);
  return built.build();
}
