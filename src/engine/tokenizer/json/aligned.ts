/** A text on its way to the model, with the range of the original text that each of its UTF-16 units comes from. */
export interface Aligned {
  readonly text: string;
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
}

/** A text that nothing was done to yet; it begins `offset` units into the original. A character's units both have its whole range. */
export function unchanged(text: string, offset: number): Aligned {
  const starts = new Uint32Array(text.length);
  const ends = new Uint32Array(text.length);
  let at = 0;
  for (const character of text) {
    const end = at + character.length;
    starts.fill(offset + at, at, end);
    ends.fill(offset + end, at, end);
    at = end;
  }
  return { text, starts, ends };
}

export function slice({ text, starts, ends }: Aligned, from: number, to: number): Aligned {
  if (from === 0 && to === text.length) return { text, starts, ends };
  return { text: text.slice(from, to), starts: Array.prototype.slice.call(starts, from, to), ends: Array.prototype.slice.call(ends, from, to) };
}

/** The range of the original that units `from` to `to` come from, of which there is at least one. */
export function rangeOf({ starts, ends }: Aligned, from: number, to: number): { readonly start: number; readonly end: number } {
  return { start: starts[from] as number, end: ends[to - 1] as number };
}

/** Puts a changed text together. */
export class AlignedBuilder {
  #text = '';
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** Units of another text as they are. */
  copy(from: Aligned, first: number, end: number): void {
    this.#text += from.text.slice(first, end);
    for (let unit = first; unit < end; unit++) {
      this.#starts.push(from.starts[unit] as number);
      this.#ends.push(from.ends[unit] as number);
    }
  }

  /** Units that all come from one range. */
  add(text: string, { start, end }: { readonly start: number; readonly end: number }): void {
    this.#text += text;
    for (let unit = 0; unit < text.length; unit++) {
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }

  build(): Aligned {
    return { text: this.#text, starts: this.#starts, ends: this.#ends };
  }
}

/** With text before it that stands in the original nowhere. */
export function prefixed(prefix: string, aligned: Aligned): Aligned {
  const built = new AlignedBuilder();
  const place = aligned.starts[0] as number;
  built.add(prefix, { start: place, end: place });
  built.copy(aligned, 0, aligned.text.length);
  return built.build();
}

/** With every match of a pattern replaced. */
export function replaced(aligned: Aligned, pattern: RegExp, content: string): Aligned {
  const built = new AlignedBuilder();
  let at = 0;
  for (const match of aligned.text.matchAll(pattern)) {
    if (match[0] === '') continue;
    const end = match.index + match[0].length;
    built.copy(aligned, at, match.index);
    built.add(content, rangeOf(aligned, match.index, end));
    at = end;
  }
  if (at === 0) return aligned;
  built.copy(aligned, at, aligned.text.length);
  return built.build();
}
