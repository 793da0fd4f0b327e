import { provenanceLines, type Provenance } from '../../shared/provenance';

/** The forms that carry their provenance. Programs that know nothing of it read the rest as before. */
export const stamped = {
  /** Below an empty line. */
  table: (text: string, block: Provenance): string => `${text}\n${linesOf(provenanceLines(block), '\t')}`,
  markdown: (text: string, block: Provenance): string =>
    `${text}\n~~~text\n${linesOf(provenanceLines(block), ': ')}~~~\n`,
  json: (value: object, block: Provenance): object => ({ ...value, provenance: block }),
  /** `svg` begins with its root, in whose attributes `>` is escaped. */
  svg: (svg: string, block: Provenance): string =>
    svg.replace(/^<svg[^>]*>/, (tag) => `${tag}<metadata>${escaped(textOf(block))}</metadata>`),
  png: (png: Uint8Array, block: Provenance): Uint8Array => pngWithText(png, 'Provenance', textOf(block)),
} as const;

const linesOf = (lines: ReturnType<typeof provenanceLines>, between: string): string =>
  lines.map((line) => `${line.join(between)}\n`).join('');

const textOf = (block: Provenance): string => linesOf(provenanceLines(block), ': ').trimEnd();

const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (sign) => (sign === '&' ? '&amp;' : sign === '<' ? '&lt;' : '&gt;'));

/** The signature of a PNG and its first chunk, which has to come first: 8 + 4 + 4 + 13 + 4 bytes. */
const firstChunkEnds = 33;

/** A PNG with an uncompressed iTXt chunk. (The format: PNG specification, third edition, 11.3.3.4.) */
export function pngWithText(png: Uint8Array, keyword: string, text: string): Uint8Array {
  const data = new TextEncoder().encode(`iTXt${keyword}\0\0\0\0\0${text}`);
  const chunk = new Uint8Array(data.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length - 4);
  chunk.set(data, 4);
  view.setUint32(chunk.length - 4, crc32(data));
  const whole = new Uint8Array(png.length + chunk.length);
  whole.set(png.subarray(0, firstChunkEnds));
  whole.set(chunk, firstChunkEnds);
  whole.set(png.subarray(firstChunkEnds), firstChunkEnds + chunk.length);
  return whole;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}
