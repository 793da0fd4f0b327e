/** A text as tokens. The three arrays have one entry for each token. */
export interface Encoding {
  readonly ids: Uint32Array;
  /** UTF-16 offsets. A token covers every character it touches, so tokens overlap only on a shared character. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Indices of the tokens that begin a piece, which was merged by itself. Absent of a single piece. */
  readonly pieces?: Uint32Array;
  /** Indices of the tokens that were found in the text before any other step. Absent as `pieces`. */
  readonly found?: Uint32Array;
}

export class EncodingBuilder {
  readonly #ids: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #pieces: number[] = [];
  readonly #found: number[] = [];

  /** What is pushed next begins a piece. */
  beginPiece(): void {
    this.#pieces.push(this.#ids.length);
  }

  /** A token that the text spells as it is, such as a control token. */
  pushFound(id: number, start: number, end: number): void {
    this.#found.push(this.#ids.length);
    this.beginPiece();
    this.push(id, start, end);
  }

  push(id: number, start: number, end: number): void {
    this.#ids.push(id);
    this.#starts.push(start);
    this.#ends.push(end);
  }

  /** Appends an encoding of the text's part at `offset`. */
  append({ ids, starts, ends }: Encoding, offset: number): void {
    for (let i = 0; i < ids.length; i++)
      this.push(ids[i] as number, offset + (starts[i] as number), offset + (ends[i] as number));
  }

  build(): Encoding {
    return {
      ids: Uint32Array.from(this.#ids),
      starts: Uint32Array.from(this.#starts),
      ends: Uint32Array.from(this.#ends),
      pieces: Uint32Array.from(this.#pieces),
      found: Uint32Array.from(this.#found),
    };
  }
}
