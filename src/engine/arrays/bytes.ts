/**
 * Memory that is reused for short-lived buffers. Reading a model would otherwise make hundreds of large ones, and the
 * heap never returns the space of their fragments.
 */
export class ReusedBuffer {
  #buffer = new ArrayBuffer(0);

  /** `length` bytes with unknown contents, valid until the next call. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    if (this.#buffer.byteLength < length) this.#buffer = new ArrayBuffer(length);
    return new Uint8Array(this.#buffer, 0, length);
  }
}

/** Whether two arrays hold the same bytes. Compares words if both are aligned. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let from = 0;
  if (a.byteOffset % 4 === 0 && b.byteOffset % 4 === 0) {
    const words = a.length >>> 2;
    const [left, right] = [
      new Int32Array(a.buffer, a.byteOffset, words),
      new Int32Array(b.buffer, b.byteOffset, words),
    ];
    for (let i = 0; i < words; i++) if (left[i] !== right[i]) return false;
    from = 4 * words;
  }
  for (let i = from; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The parts behind each other, as a copy. */
export function joinedBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
