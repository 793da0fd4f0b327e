import { basename } from 'node:path';
import { EngineError, modelDamaged, said } from '../../shared/errors';
import type { FileOfModel } from '../../shared/model';

/** Bytes that are read by range, so that a large file is never in memory as a whole. */
export interface ByteSource {
  readonly size: number;
  /** All of its bytes are in memory. */
  readonly inMemory?: true;
  /** Absent if the bytes are of no file. */
  readonly file?: FileOfModel;
  /**
   * A copy of the range, in `into` if given, which has exactly that length. Throws `EngineError('model-damaged')` if
   * the range leaves the file, and `ChangedFile`.
   */
  read(offset: number, length: number, into?: Uint8Array): Uint8Array;
  /** Closing twice does nothing. */
  close(): void;
}

/** Earlier reads may have given the bytes of another model. */
export class ChangedFile extends EngineError {
  constructor(path: string) {
    super(
      'model-damaged',
      said`The model file ${basename(path)} has changed since it was loaded. Load the model again.`,
    );
  }
}

/** Throws `EngineError('model-damaged')` if the range leaves a file of `size` bytes. */
export function checkRange(offset: number, length: number, size: number): void {
  if (
    !Number.isSafeInteger(offset) ||
    !Number.isSafeInteger(length) ||
    offset < 0 ||
    length < 0 ||
    offset + length > size
  ) {
    throw modelDamaged`Bytes ${offset} to ${offset + length} of the model file are needed, but it has ${size}. Copy the file again or choose another model.`;
  }
}
