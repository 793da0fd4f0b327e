import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { EngineError } from '../../shared/errors';
import { Room } from '../room';

/** Bytes that are read by range, so that a large file is never held as a whole. */
export interface ByteSource {
  readonly size: number;
  /** A copy of the range, in `into` where it is given, which is exactly as long. Throws `EngineError('model-damaged')` when the range is not wholly inside. */
  read(offset: number, length: number, into?: Uint8Array): Uint8Array;
  /** Closing twice does nothing. */
  close(): void;
}

const hashedAtATime = 1024 * 1024;

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

/** All bytes of a file that is held as a whole, named `what` in errors. Throws `EngineError('model-damaged')` where it is longer than `longest`. */
export function readWhole(path: string, what: string, longest: number): Uint8Array {
  const source = openFile(path);
  try {
    if (source.size > longest) throw new EngineError('model-damaged', `The model's ${what} is ${source.size} bytes long, more than ${longest}. Copy the folder again or choose another model.`);
    return source.read(0, source.size);
  } finally {
    source.close();
  }
}

/** The same over bytes in memory. */
export function fromBytes(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read(offset, length, into) {
      checkRange(offset, length, bytes.length);
      const copy = into ?? new Uint8Array(length);
      copy.set(bytes.subarray(offset, offset + length));
      return copy;
    },
    close() {},
  };
}

/** SHA-256 of all bytes as lower-case hex. `step` is told the share that is done, 0 … 1, and waited for: it may stop the work by throwing. */
export async function sha256(source: ByteSource, step?: (fraction: number) => Promise<void>): Promise<string> {
  const hash = createHash('sha256');
  const room = new Room();
  for (let at = 0; at < source.size; at += hashedAtATime) {
    const length = Math.min(hashedAtATime, source.size - at);
    hash.update(source.read(at, length, room.bytes(length)));
    await step?.((at + length) / source.size);
  }
  return hash.digest('hex');
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

function checkRange(offset: number, length: number, size: number): void {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || offset + length > size) {
    throw new EngineError('model-damaged', `Bytes ${offset} to ${offset + length} of the model file are needed, but it has ${size}. Copy the file again or choose another model.`);
  }
}
