import { platform } from '#platform';
import { ReusedBuffer } from '../arrays/bytes';
import { checkRange, type ByteSource } from '../platform/byteSource';
import { wrongField } from './damaged';

export type { ByteSource };

const hashedAtATime = 1024 * 1024;

export const openSource = (path: string): ByteSource => platform.openFile(path);

/**
 * All bytes of a file, named `what` in errors. Throws `EngineError('model-damaged')` if it is longer than `longest`.
 */
export function readWhole(path: string, what: string, longest: number): Uint8Array {
  const source = openSource(path);
  try {
    if (source.size > longest) throw wrongField(`${what} (bytes)`, source.size, `≤ ${longest}`);
    return source.read(0, source.size);
  } finally {
    source.close();
  }
}

/** A source over bytes in memory. */
export function fromBytes(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    inMemory: true,
    read(offset, length, into) {
      checkRange(offset, length, bytes.length);
      const copy = into ?? new Uint8Array(length);
      copy.set(bytes.subarray(offset, offset + length));
      return copy;
    },
    close() {},
  };
}

/**
 * SHA-256 of all bytes as lower-case hex. Awaits `step` with the fraction done, 0 … 1. If `step` throws, the hash
 * stops.
 */
export async function sha256(source: ByteSource, step?: (fraction: number) => Promise<void>): Promise<string> {
  const hash = await platform.sha256();
  const buffer = new ReusedBuffer();
  for (let at = 0; at < source.size; at += hashedAtATime) {
    const length = Math.min(hashedAtATime, source.size - at);
    hash.update(source.read(at, length, buffer.bytes(length)));
    await step?.((at + length) / source.size);
  }
  return hash.digest();
}
