const alignment = 64;

/** The next multiple of 64, to which all addresses are aligned. */
export const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

/** Lays out the parts of one allocation. */
export class Layout {
  #bytes = 0;

  /** Offset of a new part, a multiple of 64. */
  part(bytes: number): number {
    const at = this.#bytes;
    this.#bytes = aligned(at + bytes);
    return at;
  }

  get bytes(): number {
    return this.#bytes;
  }
}

/** One allocation that is reused and grows on demand. */
export class Scratch {
  #at = 0;
  #bytes = 0;

  constructor(private readonly memory: { allocate(bytes: number): number; release(at: number): void }) {}

  /** Address of at least `bytes` bytes with unknown contents, valid until the next call. */
  of(bytes: number): number {
    // A much larger allocation is released when little is needed.
    if (bytes <= this.#bytes && this.#bytes <= 8 * bytes + 2 ** 20) return this.#at;
    if (this.#bytes > 0) this.memory.release(this.#at);
    this.#bytes = 0;
    this.#at = this.memory.allocate(bytes);
    this.#bytes = bytes;
    return this.#at;
  }
}

/** Allocates parts of these bytes together and returns their addresses. */
export function allocateParts<Names extends string>(
  parts: Readonly<Record<Names, number>>,
  allocate: (bytes: number) => number,
): Record<Names, number> {
  const layout = new Layout();
  const offsets = Object.entries<number>(parts).map(([name, bytes]) => [name, layout.part(bytes)] as const);
  const at = allocate(layout.bytes);
  return Object.fromEntries(offsets.map(([name, offset]) => [name, at + offset])) as Record<Names, number>;
}
