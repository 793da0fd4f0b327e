const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export const utf8Of = (text: string): Uint8Array => encoder.encode(text);

/** Invalid parts become U+FFFD. A byte order mark is kept. */
export const textOfUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);

/**
 * Replaces every lone surrogate by U+FFFD, as UTF-8 does, so that patterns see the encoded text. Offsets stay the same.
 */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD');

/** Bytes that never occur in UTF-8 (RFC 3629). */
export const neverInUtf8 = (byte: number): boolean => byte === 0xc0 || byte === 0xc1 || byte > 0xf4;

/** For every byte of valid UTF-8, the UTF-16 offsets of its character's start and end. */
export function characterSpans(bytes: Uint8Array): { readonly starts: Uint32Array; readonly ends: Uint32Array } {
  const starts = new Uint32Array(bytes.length);
  const ends = new Uint32Array(bytes.length);
  let unit = 0;
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] as number;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const end = unit + (length === 4 ? 2 : 1);
    starts.fill(unit, at, at + length);
    ends.fill(end, at, at + length);
    at += length;
    unit = end;
  }
  return { starts, ends };
}
