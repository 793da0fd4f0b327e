/**
 * Files of one folder that are written from their beginning to their end, over several attempts if need be. Two
 * writers of the same bytes do not disturb each other, since every write names its place. Rejects with
 * `EngineError('not-written')` if the disk is full or refuses.
 */
export interface FolderStore {
  /** Path of a file, for those who open it. */
  pathOf(name: string): string;
  /** Bytes of a file; `null` if there is none. */
  length(name: string): Promise<number | null>;
  /** The whole file, which has at most `longest` bytes; `null` if there is none or it is longer. */
  read(name: string, longest: number): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Writes bytes at a place that is not behind the file's end. Makes the file and its folder. */
  write(name: string, at: number, bytes: Uint8Array): Promise<void>;
  /** Gives a complete file its own name. */
  finish(name: string, complete: string): Promise<void>;
  remove(name: string): Promise<void>;
}
