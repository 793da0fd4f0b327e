import { utf8Of } from './utf8';

/**
 * The alphabet of byte-level vocabularies: one printable character for each byte. Printable Latin-1 characters stand
 * for themselves, the other 68 bytes in order for the characters from U+0100 on (GPT-2, `bytes_to_unicode`).
 */
export const byteCharacters: readonly string[] = makeAlphabet();

const byteOf: ReadonlyMap<string, number> = new Map(byteCharacters.map((character, byte) => [character, byte]));

/** The bytes of a token's spelling. A character outside the alphabet stands for its own UTF-8. */
export function bytesOfSpelling(spelling: string): Uint8Array {
  return Uint8Array.from(Array.from(spelling).flatMap((character) => byteOf.get(character) ?? [...utf8Of(character)]));
}

export function spellingOf(bytes: Uint8Array): string {
  let spelling = '';
  for (const byte of bytes) spelling += byteCharacters[byte];
  return spelling;
}

function makeAlphabet(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

/** Excludes the soft hyphen, U+00AD. */
function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte !== 0xad);
}
