import { createHash } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { fromBytes, sha256, type ByteSource } from '../../../src/engine/weights/source';

// The hash as it is in a browser.
vi.mock('#platform', () => import('../../../src/engine/platform/web/platform'));

const bytesOf = (length: number): Uint8Array => {
  // Without an array-like to go through, which takes ten times as long.
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = i * 31 + (i >> 8);
  return bytes;
};

it.each([0, 1, 55, 64, 65, 2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1, 3 * 2 ** 20 + 7])(
  'gives the SHA-256 of %i bytes as Node does',
  async (length) => {
    const bytes = bytesOf(length);
    expect(await sha256(fromBytes(bytes))).toBe(createHash('sha256').update(bytes).digest('hex'));
  },
);

it('hashes two files at once', async () => {
  const files = [bytesOf(5 * 2 ** 20), bytesOf(4 * 2 ** 20 + 1)];
  expect(await Promise.all(files.map((bytes) => sha256(fromBytes(bytes), async () => undefined)))).toEqual(
    files.map((bytes) => createHash('sha256').update(bytes).digest('hex')),
  );
});

it('holds a piece of the file at a time', async () => {
  const size = 24 * 2 ** 20;
  const source: ByteSource = {
    size,
    read: (_, length, into = new Uint8Array(length)) => into.fill(7),
    close: () => undefined,
  };
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  await sha256(source, async () => void (most = Math.max(most, process.memoryUsage().arrayBuffers - before)));
  expect(most).toBeLessThan(16 * 2 ** 20);
});
