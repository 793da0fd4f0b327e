import { bytesOfSpelling } from '../tokenizer/byteAlphabet';

/**
 * Bytes of tokens from the spellings in the vocabulary, which is all that vLLM tells: of byte-level BPE (`Ġof`), or of
 * SentencePiece (`▁of`, `<0xF0>`). Null unless the bytes give the text again, since nothing else says which it is.
 */
export function bytesOfSpellings(spellings: readonly string[], text: string): readonly (readonly number[])[] | null {
  const whole = latin(new TextEncoder().encode(text));
  for (const read of [bytesOfSpelling, bytesOfPiece]) {
    const bytes = spellings.map((spelling) => [...read(spelling)]);
    // Special tokens may stand around the text, and SentencePiece puts a space before it.
    if (bytes.length > 0 && latin(bytes.flat()).includes(whole)) return bytes;
  }
  return null;
}

function bytesOfPiece(piece: string): Uint8Array {
  const byte = /^<0x([0-9A-F]{2})>$/.exec(piece)?.[1];
  return byte === undefined ? new TextEncoder().encode(piece.replaceAll('▁', ' ')) : Uint8Array.of(parseInt(byte, 16));
}

/** One character for each byte, so that bytes can be searched as a text. */
function latin(bytes: Iterable<number>): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
