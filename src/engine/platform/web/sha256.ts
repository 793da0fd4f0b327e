import type { Hash } from '../platform';

/** The browser's SHA-256 needs all bytes at once. Only the bundled model has a hash to check, and it has 98 MB. */
export function collectedSha256(): Hash {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  return {
    // A copy, because the caller reuses its buffer.
    update: (bytes) => void parts.push(new Uint8Array(bytes)),
    async digest() {
      const whole = await new Blob(parts).arrayBuffer();
      return [...new Uint8Array(await crypto.subtle.digest('SHA-256', whole))]
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join('');
    },
  };
}
