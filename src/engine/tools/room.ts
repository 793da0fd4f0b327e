/**
 * Memory that is reused for short-lived buffers. Reading a model would otherwise make hundreds of large ones, and the
 * heap never returns the space of their fragments.
 */
export class Room {
  #buffer = new ArrayBuffer(0);

  /** `length` bytes with unknown contents, valid until the next call. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    if (this.#buffer.byteLength < length) this.#buffer = new ArrayBuffer(length);
    return new Uint8Array(this.#buffer, 0, length);
  }
}
