import { modelUnsupported } from '../../../shared/errors';
import type { Matcher } from '../regex/linear';

/**
 * UTF-16 units that all steps together may write or scan for each unit of a text. Real tokenizers need about ten, or
 * 100 for a character that becomes 36.
 */
const mostWork = 64;
/** Additional units: steps add a prefix to every text, however short. */
const mostBesides = 2 ** 14;

/** Limits the work on one text, so that no chain of steps takes more than its length allows. */
export class WorkLimit {
  #left: number;

  constructor(length: number) {
    this.#left = mostWork * length + mostBesides;
  }

  /** Throws `EngineError('model-unsupported')` once the limit is exceeded. */
  take(units: number): void {
    this.#left -= units;
    if (this.#left < 0)
      throw modelUnsupported`The steps of the model's tokenizer do more work on each character of a text than those of any real tokenizer. Choose another model.`;
  }
}

/** A text between steps, with the range of the original text for each of its UTF-16 units. */
export interface Aligned {
  readonly text: string;
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
  /** Shared by all texts that derive from one original. */
  readonly limit: WorkLimit;
}

/** An original text. Both units of a surrogate pair have the whole character's range. */
export function unchanged(text: string, limit = new WorkLimit(text.length)): Aligned {
  const starts = new Uint32Array(text.length);
  const ends = new Uint32Array(text.length);
  let at = 0;
  for (const character of text) {
    const end = at + character.length;
    starts.fill(at, at, end);
    ends.fill(end, at, end);
    at = end;
  }
  return { text, starts, ends, limit };
}

export function slice(aligned: Aligned, from: number, to: number): Aligned {
  const { text, starts, ends, limit } = aligned;
  if (from === 0 && to === text.length) return aligned;
  limit.take(to - from);
  return {
    text: text.slice(from, to),
    starts: Array.prototype.slice.call(starts, from, to),
    ends: Array.prototype.slice.call(ends, from, to),
    limit,
  };
}

/** The range of the original for units `from` to `to`, at least one. */
export function alignedRange(
  { starts, ends }: Aligned,
  from: number,
  to: number,
): { readonly start: number; readonly end: number } {
  return { start: starts[from] as number, end: ends[to - 1] as number };
}

export class AlignedBuilder {
  #text = '';
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  constructor(private readonly limit: WorkLimit) {}

  /** Copies units of another text. */
  copy(from: Aligned, first: number, end: number): void {
    this.limit.take(end - first);
    this.#text += from.text.slice(first, end);
    for (let unit = first; unit < end; unit++) {
      this.#starts.push(from.starts[unit] as number);
      this.#ends.push(from.ends[unit] as number);
    }
  }

  /** Adds units that share one range. */
  add(text: string, { start, end }: { readonly start: number; readonly end: number }): void {
    this.limit.take(text.length);
    this.#text += text;
    for (let unit = 0; unit < text.length; unit++) {
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }

  build(): Aligned {
    return { text: this.#text, starts: this.#starts, ends: this.#ends, limit: this.limit };
  }
}

/** Adds a prefix, which has an empty range in the original. */
export function prefixed(prefix: string, aligned: Aligned): Aligned {
  const built = new AlignedBuilder(aligned.limit);
  const place = aligned.starts[0] as number;
  built.add(prefix, { start: place, end: place });
  built.copy(aligned, 0, aligned.text.length);
  return built.build();
}

export function replacedIn(aligned: Aligned, pattern: Matcher, content: string): Aligned {
  aligned.limit.take(pattern.cost * aligned.text.length);
  const built = new AlignedBuilder(aligned.limit);
  let at = 0;
  for (const { from, to } of pattern.matches(aligned.text)) {
    if (to === from) continue;
    built.copy(aligned, at, from);
    built.add(content, alignedRange(aligned, from, to));
    at = to;
  }
  if (at === 0) return aligned;
  built.copy(aligned, at, aligned.text.length);
  return built.build();
}
