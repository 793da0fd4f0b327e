import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { EngineError, modelDamaged, modelMissing } from '../../../shared/errors';
import { ChangedFile, checkRange, type ByteSource } from '../byteSource';

/**
 * Opens a file for reading. Throws `EngineError('model-missing')` if it does not exist, is not a file or may not be
 * read.
 */
export function openFile(path: string): ByteSource {
  const descriptor = open(path);
  const status = statusOf(descriptor, path);
  let closed = false;
  return {
    size: status.size,
    file: { path, bytes: status.size, changed: status.mtimeMs },
    read(offset, length, into) {
      if (closed)
        throw new EngineError('internal', 'The model file was read after it was closed. Load the model again.');
      checkRange(offset, length, status.size);
      const bytes = into ?? new Uint8Array(length);
      for (let done = 0; done < length;) {
        const step = readInto(descriptor, bytes, done, offset + done);
        if (step === 0) throw new ChangedFile(path);
        done += step;
      }
      // After the read: a writer changes the time before it changes bytes.
      const { size, mtimeMs } = fstatSync(descriptor);
      if (size !== status.size || mtimeMs !== status.mtimeMs) throw new ChangedFile(path);
      return bytes;
    },
    close() {
      if (!closed) closeSync(descriptor);
      closed = true;
    },
  };
}

/** `false` if the system cannot tell, as for a loop of links. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function open(path: string): number {
  try {
    // Opening a device can have an effect, so the type is checked first.
    if (!statSync(path).isFile()) throw notFile(path);
    // Non-blocking: if a pipe has taken the file's place, opening it would wait for a writer.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw error instanceof EngineError ? error : unopened(path, codeOf(error));
  }
}

/** Closes the descriptor unless it is of a file. */
function statusOf(descriptor: number, path: string): Stats {
  try {
    const status = fstatSync(descriptor);
    if (status.isFile()) return status;
    throw notFile(path);
  } catch (error) {
    closeSync(descriptor);
    throw error instanceof EngineError ? error : unopened(path, codeOf(error));
  }
}

const shown = (path: string): string => (path.length > 300 ? `…${path.slice(-299)}` : path);

const notFile = (path: string): EngineError =>
  modelMissing`${shown(path)} is not a file. Choose a model file that ends in .gguf.`;

/** The error for the system's code. */
export function unopened(path: string, code: string): EngineError {
  const place = shown(path);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return modelMissing`There is no model file at ${place}. Choose another, or install Vectorscope again if it is the default model.`;
    case 'ELOOP':
      return modelMissing`${place} is a link that points back to itself. Choose the model file itself.`;
    case 'ENAMETOOLONG':
      return modelMissing`The path ${place} is longer than the system allows. Choose a model file with a shorter path.`;
    case 'ERR_INVALID_ARG_VALUE':
      return modelMissing`The path ${place} holds a character that no path can have. Choose another model file.`;
    case 'EBUSY':
      return modelMissing`Another program is using the model file ${place} (${code}). Wait until it is done, or choose another file.`;
    default:
      return modelMissing`The model file ${place} cannot be opened (${code}). Check that you may read it, or choose another.`;
  }
}

function readInto(descriptor: number, bytes: Uint8Array, at: number, position: number): number {
  try {
    return readSync(descriptor, bytes, at, bytes.length - at, position);
  } catch (error) {
    throw modelDamaged`The model file cannot be read (${codeOf(error)}). Copy the file again or choose another model.`;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
