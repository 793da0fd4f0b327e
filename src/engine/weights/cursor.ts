import { endsBefore, wrongField } from './damaged';
import type { ByteSource } from './source';

/** Bytes that one read takes: the header of a usual model needs two or three. */
const step = 1024 * 1024;

/**
 * Reads little-endian values one after another and holds only a window of the source. `what` names the value in errors.
 */
export class Cursor {
  #window: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#window.buffer);
  #base = 0;
  #at = 0;

  constructor(private readonly source: ByteSource) {}

  /** Offset of the next byte, counted from the beginning of the source. */
  get position(): number {
    return this.#base + this.#at;
  }

  get remaining(): number {
    return this.source.size - this.position;
  }

  /** The next bytes, valid until the next read. */
  bytes(length: number, what: string): Uint8Array {
    const at = this.#take(length, what);
    return this.#window.subarray(at, at + length);
  }

  u8(what: string): number {
    const at = this.#take(1, what);
    return this.#view.getUint8(at);
  }

  u32(what: string): number {
    const at = this.#take(4, what);
    return this.#view.getUint32(at, true);
  }

  /** A 64-bit integer below 2^53. */
  size(what: string): number {
    const at = this.#take(8, what);
    const high = this.#view.getUint32(at + 4, true);
    const value = high * 2 ** 32 + this.#view.getUint32(at, true);
    if (high >= 2 ** 21) throw wrongField(what, value, '< 2^53');
    return value;
  }

  /**
   * A count of things of at least `smallest` bytes each, which must fit into the remaining bytes and be at most `most`.
   */
  count(what: string, smallest: number, most = Infinity): number {
    const count = this.size(what);
    const limit = Math.min(Math.floor(this.remaining / smallest), most);
    if (count > limit) throw wrongField(what, count, `≤ ${limit}`);
    return count;
  }

  /** Index of the next bytes in the window, which may move. */
  #take(length: number, what: string): number {
    if (this.#at + length > this.#window.length) this.#advance(length, what);
    const at = this.#at;
    this.#at += length;
    return at;
  }

  #advance(length: number, what: string): void {
    const { position, remaining } = this;
    if (length > remaining) throw endsBefore(what);
    this.#window = this.source.read(position, Math.min(Math.max(length, step), remaining));
    this.#view = new DataView(this.#window.buffer, this.#window.byteOffset, this.#window.length);
    this.#base = position;
    this.#at = 0;
  }
}
