/** A text cut into tokens; the three arrays have one entry a token. */
export interface Encoding {
  readonly ids: Uint32Array;
  /**
   * UTF-16 offsets. A token that touches a character covers the whole of it, so tokens overlap only on a character they
   * share.
   */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** Puts an encoding together from those of its parts. */
export class EncodingBuilder {
  readonly #ids: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  push(id: number, start: number, end: number): void {
    this.#ids.push(id);
    this.#starts.push(start);
    this.#ends.push(end);
  }

  /** Adds a part that begins `offset` units into the text. */
  append({ ids, starts, ends }: Encoding, offset: number): void {
    for (let i = 0; i < ids.length; i++)
      this.push(ids[i] as number, offset + (starts[i] as number), offset + (ends[i] as number));
  }

  build(): Encoding {
    return {
      ids: Uint32Array.from(this.#ids),
      starts: Uint32Array.from(this.#starts),
      ends: Uint32Array.from(this.#ends),
    };
  }
}
