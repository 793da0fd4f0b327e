import type { Said } from '../../../shared/said';
import { fromBytes, type ByteSource } from '../../weights/source';
import type { DownloadSink } from './download';

export class MemorySink implements DownloadSink {
  size = 0;
  #parts: Uint8Array<ArrayBuffer>[] = [];

  /** `notice` tells the user about it. */
  constructor(readonly notice: Said) {}

  restart(): void {
    this.#parts = [];
    this.size = 0;
  }

  write(bytes: Uint8Array<ArrayBuffer>): void {
    this.#parts.push(new Uint8Array(bytes));
    this.size += bytes.length;
  }

  async source(): Promise<ByteSource> {
    const whole = new Blob(this.#parts).arrayBuffer();
    this.restart();
    return fromBytes(new Uint8Array(await whole));
  }
}

/** The used part of `FileSystemSyncAccessHandle`. */
export interface WrittenFile {
  getSize(): number;
  truncate(size: number): void;
  /** Both return the number of bytes. */
  read(into: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  write(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
}

/** Keeps bytes in a file of the browser's storage. When the storage is full, all of them move to memory. */
export class StorageSink implements DownloadSink {
  #instead: MemorySink | null = null;

  /** `instead` is called once, when the storage is full. */
  constructor(
    private readonly handle: WrittenFile,
    private readonly instead: () => MemorySink,
  ) {}

  get size(): number {
    return this.#instead?.size ?? this.handle.getSize();
  }

  get isKept(): boolean {
    return this.#instead === null;
  }

  restart(): void {
    if (this.#instead) this.#instead.restart();
    else this.handle.truncate(0);
  }

  write(bytes: Uint8Array<ArrayBuffer>): void {
    if (!this.#instead && !this.#store(bytes)) this.#move();
    this.#instead?.write(bytes);
  }

  #store(bytes: Uint8Array<ArrayBuffer>): boolean {
    const at = this.handle.getSize();
    try {
      if (this.handle.write(bytes, { at }) === bytes.length) return true;
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
    // A part may have been written.
    this.handle.truncate(at);
    return false;
  }

  #move(): void {
    const bytes = new Uint8Array(this.handle.getSize());
    this.handle.read(bytes, { at: 0 });
    this.#instead = this.instead();
    this.#instead.write(bytes);
    // Frees the full storage of a part that nobody will read.
    this.handle.truncate(0);
  }
}
