import { EngineError } from '../../shared/errors';

/** Bytes that are read by range, so that a large file is never held as a whole. */
export interface ByteSource {
  readonly size: number;
  /** Whether all of its bytes are held in memory. */
  readonly inMemory?: true;
  /**
   * A copy of the range, in `into` where it is given, which is exactly as long. Throws `EngineError('model-damaged')`
   * when the range is not wholly inside.
   */
  read(offset: number, length: number, into?: Uint8Array): Uint8Array;
  /** Closing twice does nothing. */
  close(): void;
}

/** Throws `EngineError('model-damaged')` when the range is not wholly inside a file of so many bytes. */
export function checkRange(offset: number, length: number, size: number): void {
  if (
    !Number.isSafeInteger(offset) ||
    !Number.isSafeInteger(length) ||
    offset < 0 ||
    length < 0 ||
    offset + length > size
  ) {
    throw new EngineError(
      'model-damaged',
      `Bytes ${offset} to ${offset + length} of the model file are needed, but it has ${size}. Copy the file again or choose another model.`,
    );
  }
}
