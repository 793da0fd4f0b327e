import { EngineError } from '../../shared/errors';

/** Throws `EngineError('model-damaged')` when the range is not wholly inside a file of so many bytes. */
export function checkRange(offset: number, length: number, size: number): void {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || offset + length > size) {
    throw new EngineError('model-damaged', `Bytes ${offset} to ${offset + length} of the model file are needed, but it has ${size}. Copy the file again or choose another model.`);
  }
}
