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

/** UTF-16 offsets, one entry a byte or a token. */
export interface Spans {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** For every byte of a text, the start and end of its character. Bytes that make one U+FFFD have that one. */
export function characterSpans(bytes: Uint8Array): Spans {
  const starts = new Uint32Array(bytes.length);
  const ends = new Uint32Array(bytes.length);
  let unit = 0;
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at);
    const end = unit + (length === 4 ? 2 : 1);
    starts.fill(unit, at, at + length);
    ends.fill(end, at, at + length);
    at += length;
    unit = end;
  }
  return { starts, ends };
}

/** Bytes of the character at `at`, or of the longest beginning of one, which decoders replace as a whole (WHATWG). */
function characterLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  if (lead < 0xc2 || lead > 0xf4) return 1;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  const whole = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const follows = (offset: number) => {
    const byte = bytes[at + offset] ?? 0;
    return offset === 1 ? byte >= least && byte <= most : byte >> 6 === 0b10;
  };
  let length = 1;
  while (length < whole && follows(length)) length++;
  return length;
}

/**
 * Places of tokens in the text that their bytes spell together, which lacks the first `shift` bytes. A token covers
 * every character it touches, and one without bytes none.
 */
export function spansOfTokens(tokens: readonly (readonly number[])[], shift = 0): Spans {
  const { starts, ends } = characterSpans(Uint8Array.from(tokens.flat()).subarray(shift));
  let at = -shift;
  const spans = tokens.map(({ length }) => {
    const from = Math.max(0, at);
    at += length;
    const start = starts[from] ?? ends.at(-1) ?? 0;
    return [start, at > from ? (ends[at - 1] as number) : start] as const;
  });
  return {
    starts: Uint32Array.from(spans, ([start]) => start),
    ends: Uint32Array.from(spans, ([, end]) => end),
  };
}
