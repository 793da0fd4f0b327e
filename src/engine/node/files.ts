import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { EngineError } from '../../shared/errors';
import { checkRange } from '../weights/range';
import type { ByteSource } from '../weights/source';

/** Opens a file for reading. Throws `EngineError('model-missing')` when it is not there, not a file or not ours to read. */
export function openFile(path: string): ByteSource {
  const descriptor = open(path);
  const status = fstatSync(descriptor);
  if (!status.isFile()) {
    closeSync(descriptor);
    throw new EngineError('model-missing', `${path} is not a file. Choose a model file that ends in .gguf.`);
  }
  let closed = false;
  return {
    size: status.size,
    read(offset, length, into) {
      if (closed) throw new EngineError('internal', 'The model file was read after it was closed. Load the model again.');
      checkRange(offset, length, status.size);
      const bytes = into ?? new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const step = readInto(descriptor, bytes, done, offset + done);
        if (step === 0) throw new EngineError('model-damaged', 'The model file became shorter while it was read. Load the model again.');
        done += step;
      }
      return bytes;
    },
    close() {
      if (!closed) closeSync(descriptor);
      closed = true;
    },
  };
}

function open(path: string): number {
  try {
    // Without waiting, since a pipe would wait for its other end.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') {
      throw new EngineError('model-missing', `There is no model file at ${path}. Choose another, or install Vectorscope again if it is the default model.`);
    }
    throw new EngineError('model-missing', `The model file ${path} cannot be opened (${codeOf(error)}). Check that you may read it, or choose another.`);
  }
}

function readInto(descriptor: number, bytes: Uint8Array, at: number, position: number): number {
  try {
    return readSync(descriptor, bytes, at, bytes.length - at, position);
  } catch (error) {
    throw new EngineError('model-damaged', `The model file cannot be read (${codeOf(error)}). Copy the file again or choose another model.`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
