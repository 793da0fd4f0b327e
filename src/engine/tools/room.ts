/**
 * Memory that serves one short use after another. Reading a model makes hundreds of large buffers otherwise, and the
 * heap never gives back what their fragments hold.
 */
export class Room {
  #buffer = new ArrayBuffer(0);

  /** `length` bytes with unknown contents, valid until the next call. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    if (this.#buffer.byteLength < length) this.#buffer = new ArrayBuffer(length);
    return new Uint8Array(this.#buffer, 0, length);
  }
}
