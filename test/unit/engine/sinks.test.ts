import { expect, it } from 'vitest';
import { MemorySink, StorageSink, type WrittenFile } from '../../../src/engine/workers/web/store';
import { verbatim } from '../../../src/shared/said';

/**
 * A file in a storage with room for `room` bytes. A longer write stores the part that fits, or fails as Chromium does.
 */
function storageOf(room: number, partly: boolean): WrittenFile {
  let bytes = new Uint8Array(0);
  return {
    getSize: () => bytes.length,
    truncate: (size) => void (bytes = bytes.slice(0, size)),
    read: (into, { at }) => {
      const part = bytes.subarray(at, at + into.length);
      into.set(part);
      return part.length;
    },
    write: (given, { at }) => {
      const part = given.subarray(0, Math.max(0, room - at));
      bytes = Uint8Array.of(...bytes.subarray(0, at), ...part);
      if (part.length < given.length && !partly)
        throw new DOMException('No capacity available for this operation.', 'QuotaExceededError');
      return part.length;
    },
  };
}

const part = (from: number, length: number) => Uint8Array.from({ length }, (_, i) => from + i);

it('keeps what the storage takes', () => {
  const handle = storageOf(100, true);
  const sink = new StorageSink(handle, () => new MemorySink(verbatim('Full.')));
  sink.write(part(0, 60));
  sink.write(part(60, 40));
  expect([sink.size, sink.isKept, handle.getSize()]).toEqual([100, true, 100]);
  sink.restart();
  expect([sink.size, handle.getSize()]).toEqual([0, 0]);
});

it.each([
  ['takes a part', true],
  ['fails', false],
])('holds all of it in memory once the storage is full and %s', async (_, partly) => {
  const handle = storageOf(100, partly);
  const made: MemorySink[] = [];
  const sink = new StorageSink(handle, () => {
    made.push(new MemorySink(verbatim('Full.')));
    return made[0]!;
  });
  for (let at = 0; at < 200; at += 40) sink.write(part(at, 40));
  expect([sink.size, sink.isKept, handle.getSize(), made.length]).toEqual([200, false, 0, 1]);
  const source = await made[0]!.source();
  expect(source.read(0, source.size)).toEqual(part(0, 200));
  sink.restart();
  expect([sink.size, sink.isKept]).toEqual([0, false]);
});
