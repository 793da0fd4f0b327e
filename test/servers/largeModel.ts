import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { writeGguf, type GgufTensor } from '../unit/support/ggufWriter';
import { largeVocabularyKeys } from '../unit/support/largeVocabulary';
import { hashOf, type FakeFile } from './fakeHub';

export interface LargeModel {
  readonly vocabulary: number;
  readonly dimensions: number;
  /** Of the whole file. */
  readonly bytes: number;
  /** A second matrix. */
  readonly untied: boolean;
  /** Of the matrices. */
  readonly type?: 'F16' | 'Q4_K';
}

/** Of a large model: the bytes of its header, and of the tensors that the geometry reads. */
export interface LargeFile extends FakeFile {
  readonly headerBytes: number;
  readonly matrixBytes: number;
}

const alignment = 32;
const q8 = 8;
/** Their numbers in the format, and bytes of so many numbers. */
const types = { F16: { id: 1, bytes: 2, length: 1 }, Q4_K: { id: 12, bytes: 144, length: 256 } } as const;
const layerColumns = 2 ** 20;
const layerRowBytes = (layerColumns / 32) * 34;

/**
 * A file of any size that lies nowhere: the header is real, and every other byte is made when it is asked for. All
 * numbers are finite.
 */
export function largeModel({ vocabulary, dimensions, bytes, untied, type = 'F16' }: LargeModel): LargeFile {
  const block = types[type];
  const matrix = (name: string, at: number): GgufTensor => ({
    name,
    dimensions: [dimensions, vocabulary],
    type: block.id,
    data: new Uint8Array(0),
    offset: BigInt(at),
  });
  const matrixBytes = (vocabulary * dimensions * block.bytes) / block.length;
  const layerRows = Math.floor((bytes - 3 * matrixBytes) / layerRowBytes);
  // The layers lie between the matrices, as in real files.
  const layersAt = matrixBytes;
  const outputAt = layersAt + layerRows * layerRowBytes;
  const header = writeGguf({
    keys: largeVocabularyKeys(vocabulary, dimensions),
    tensors: [
      matrix('token_embd.weight', 0),
      {
        name: 'blk.0.ffn_up.weight',
        dimensions: [layerColumns, layerRows],
        type: q8,
        data: new Uint8Array(0),
        offset: BigInt(layersAt),
      },
      ...(untied ? [matrix('output.weight', outputAt)] : []),
    ],
  });
  const start = Math.ceil(header.length / alignment) * alignment;
  return {
    size: start + outputAt + (untied ? matrixBytes : 0),
    etag: `"${hashOf(header).slice(0, 40)}"`,
    sha256: hashOf(header),
    headerBytes: header.length,
    matrixBytes: (untied ? 2 : 1) * matrixBytes,
    read(from, to) {
      const made = new Uint8Array(to - from);
      for (let at = Math.max(from, start); at < to; at++) made[at - from] = byteAt(at);
      if (from < header.length) made.set(header.subarray(from, to));
      return made;
    },
  };
}

/**
 * Writes the header of a file and its first matrix; what comes after is a hole. Returns what reads the matrix as it is,
 * a MiB at a time, and gives the seconds.
 */
export function writeSparsely(path: string, { size, headerBytes, matrixBytes, read }: LargeFile): () => number {
  const start = Math.ceil(headerBytes / alignment) * alignment;
  const file = openSync(path, 'w+');
  const step = 2 ** 20;
  for (let at = 0; at < start + matrixBytes; at += step) writeSync(file, read(at, at + step), 0, step, at);
  ftruncateSync(file, size);
  closeSync(file);
  return () => {
    const opened = openSync(path, 'r');
    const room = new Uint8Array(step);
    const from = performance.now();
    for (let at = start; at < start + matrixBytes; at += step) readSync(opened, room, 0, step, at);
    const seconds = (performance.now() - from) / 1000;
    closeSync(opened);
    return seconds;
  };
}

/** So many bytes that look random; all numbers that they make are finite. */
export const someBytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, at) => byteAt(at));

/**
 * Bytes that look random and make finite numbers: read as F16, every second byte has an exponent between those of
 * small and of middling numbers. The scales of Q4_K are such numbers too, since its blocks have an even length.
 */
function byteAt(at: number): number {
  const mixed = Math.imul((at >>> 0) ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  const byte = (mixed ^ (mixed >>> 13)) & 0xff;
  return at % 2 === 1 ? 0x20 | (byte & 0x93) : byte;
}
