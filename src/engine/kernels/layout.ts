const alignment = 64;

/** The next multiple of 64, at which parts and the rooms of threads begin. */
export const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

/** Lays parts of one room behind each other. */
export class Layout {
  #bytes = 0;

  /** Where a part of so many bytes begins, counted from the beginning of the room: at a multiple of 64. */
  part(bytes: number): number {
    const at = this.#bytes;
    this.#bytes = aligned(at + bytes);
    return at;
  }

  get bytes(): number {
    return this.#bytes;
  }
}

/** Room for one use after another, which grows where the next one needs more. */
export class Scratch {
  #at = 0;
  #bytes = 0;

  constructor(private readonly memory: { allocate(bytes: number): number; release(at: number): void }) {}

  /** Address of at least so many bytes with unknown contents, valid until the next call. */
  of(bytes: number): number {
    // A much larger room is given back when little is needed.
    if (bytes <= this.#bytes && this.#bytes <= 8 * bytes + 2 ** 20) return this.#at;
    if (this.#bytes > 0) this.memory.release(this.#at);
    this.#bytes = 0;
    this.#at = this.memory.allocate(bytes);
    this.#bytes = bytes;
    return this.#at;
  }
}
