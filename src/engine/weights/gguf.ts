import { Cursor } from './cursor';
import { unreadField, wrongField } from './damaged';
import { geometrySource } from './geometrySource';
import { readMetadata } from './ggufMetadata';
import { readGgufTensors, type DataSection } from './ggufTensors';
import type { ByteSource } from './source';
import { jsonStart } from './strictJson';
import { weightsOf } from './tensorReader';
import type { MetadataValue, TensorInfo, UnreadTensor, Weights } from './weights';

/** The keys of a header, and the tensors as it describes them: their offsets count from the beginning of the data. */
export interface SoFar {
  readonly metadata: Map<string, MetadataValue>;
  readonly tensors: (TensorInfo | UnreadTensor)[];
  /** Texts of a list that are kept; all without it. */
  readonly mostKept?: number;
}

const magic = 'GGUF';
const defaultAlignment = 32;
const largestAlignment = 2 ** 16;
/** The smallest possible entries limit how many fit into a file. */
const smallestKey = 13;
const smallestTensor = 32;
/** Many times those of any model. An entry takes ten times as much memory as space in the file. */
const mostKeys = 2 ** 16;
const mostTensors = 2 ** 16;

/**
 * Reads the header of a GGUF file, version 2 or 3 and little-endian. Tensors are read by range on demand. (The format:
 * `docs/gguf.md` of ggml.)
 *
 * Strict: anything that contradicts the format or the file's length throws `EngineError('model-damaged')`, text that is
 * not UTF-8 and weights that are NaN or infinite included. Anything valid but unknown throws
 * `EngineError('model-unsupported')`. A tensor of an unknown type is refused only when it is needed. Closing the
 * weights closes the source. `read` gets what was read, also if the rest is damaged.
 */
export function readGguf(source: ByteSource, read: SoFar = { metadata: new Map(), tensors: [] }): Weights {
  const cursor = new Cursor(source);
  checkMagic(cursor);
  checkVersion(cursor.u32('version'));
  const tensorCount = cursor.count('tensor_count', smallestTensor, mostTensors);
  const keyCount = cursor.count('metadata_kv_count', smallestKey, mostKeys);
  const metadata = readMetadata(cursor, keyCount, read.metadata, read.mostKept);
  const alignment = alignmentOf(metadata);
  const tensors = readGgufTensors(
    cursor,
    tensorCount,
    (headerEnd): DataSection => {
      const start = Math.ceil(headerEnd / alignment) * alignment;
      return { start, alignment, length: source.size - start };
    },
    read.tensors,
  );
  const geometry = geometrySource(metadata);
  return weightsOf({
    metadata,
    tensors: tensors.read,
    unread: tensors.unread,
    fileBytes: source.size,
    ...(source.file && { files: [source.file] }),
    ...(geometry && { source: geometry }),
    rangeOf: (tensor) => (offset, length, into) => source.read(tensor.offset + offset, length, into),
    close: () => source.close(),
  });
}

function checkMagic(cursor: Cursor): void {
  const found = cursor.bytes(4, 'magic');
  if (String.fromCharCode(...found) === magic) return;
  throw wrongField('magic', jsonStart(String.fromCharCode(...found)), magic);
}

function checkVersion(version: number): void {
  if (version === 2 || version === 3) return;
  const bigEndian = version === 0x02000000 || version === 0x03000000;
  throw unreadField('version', bigEndian ? `${version >> 24} (big-endian)` : version, '2, 3 (little-endian)');
}

function alignmentOf(metadata: ReadonlyMap<string, MetadataValue>): number {
  const value = metadata.get('general.alignment') ?? defaultAlignment;
  if (
    typeof value !== 'number' ||
    !Number.isInteger(value) ||
    value < 1 ||
    value > largestAlignment ||
    (value & (value - 1)) !== 0
  ) {
    throw wrongField('general.alignment', String(value), `2^n ≤ ${largestAlignment}`);
  }
  return value;
}
