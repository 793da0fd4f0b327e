import { basename, dirname, resolve } from 'node:path';
import type { FileContents, MetadataEntry } from '../../shared/contents';
import { EngineError } from '../../shared/errors';
import type { Said } from '../../shared/said';
import { readGguf, type SoFar } from '../weights/gguf';
import { openShards } from '../weights/huggingFace/shards';
import { readSafetensors, type SafetensorsSoFar, type StoredTensor } from '../weights/safetensors';
import { openSource, type ByteSource } from '../weights/source';
import { openParts, partCount } from '../weights/splitGguf';
import { weightsOf } from '../weights/tensorReader';
import type { TensorType } from '../weights/types/types';
import type { MetadataValue, TensorInfo, UnreadTensor, Weights } from '../weights/weights';
import { namingFile } from './modelFile';

/** Entries of a list that are shown, and characters of a text: a chat template fits. */
const mostEntries = 100;
const longestText = 65_536;
/** Characters of all keys and texts together; beyond them each text is cut to a line. */
const mostCharacters = 2 ** 22;
const longestLine = 200;

/** A model file of any kind, opened for a look at what it holds. */
interface OpenedContents {
  readonly format: FileContents['format'];
  readonly files: number;
  /** As far as the header could be read. */
  readonly weights: Weights;
  readonly damage: Said | null;
}

/**
 * What the header of a file says, without a number of its tensors: of a GGUF file, all parts of a split one by the path
 * of any, or of a safetensors file, all shards by the path of their index. Throws an `EngineError` if the file is of
 * neither kind, or cannot be opened.
 */
export function contentsOf(path: string): FileContents {
  const { format, files, weights, damage } = openContents(path);
  try {
    let left = mostCharacters;
    const metadata = Array.from(weights.metadata, ([key, value]) => {
      const entry = entryOf(key, value, left > 0 ? longestText : longestLine);
      left -= entry.key.length + entry.text.length;
      return entry;
    });
    const tensors = [...weights.tensors.values(), ...weights.unread.values()]
      .toSorted((a, b) => a.offset - b.offset)
      .map(({ name, type, shape, byteLength }) => ({ name, type, shape, bytes: byteLength }));
    return { format, files, fileBytes: weights.fileBytes, metadata, tensors, damage };
  } finally {
    weights.close();
  }
}

/** Closing its weights closes everything. */
export function openContents(path: string): OpenedContents {
  try {
    if (/\.safetensors\.index\.json$/i.test(path)) return openIndex(path);
    return /\.safetensors$/i.test(path) ? openSafetensors(path) : openGguf(path);
  } catch (error) {
    throw namingFile(path, error);
  }
}

function openGguf(path: string): OpenedContents {
  const source = openSource(path);
  const read: SoFar = { metadata: new Map(), tensors: [], mostKept: mostEntries };
  try {
    const opened = readGguf(source, read);
    const files = partCount(opened);
    return { format: 'GGUF', files, weights: files > 1 ? openParts(path, opened) : opened, damage: null };
  } catch (error) {
    // A file that does not even begin like one is of another kind.
    if (!(error instanceof EngineError) || (read.metadata.size === 0 && read.tensors.length === 0)) {
      source.close();
      throw error;
    }
    const weights = weightsOf({
      metadata: read.metadata,
      tensors: new Map(),
      unread: new Map(read.tensors.map((tensor) => [tensor.name, tensor])),
      fileBytes: source.size,
      rangeOf: () => (offset, length, into) => source.read(offset, length, into),
      close: () => source.close(),
    });
    return { format: 'GGUF', files: 1, weights, damage: (namingFile(path, error) as EngineError).said };
  }
}

function openSafetensors(path: string): OpenedContents {
  const source = openSource(path);
  const read: SafetensorsSoFar = { remarks: new Map(), tensors: [] };
  const opened = (damage: Said | null) =>
    ofStored(
      new Map(read.tensors.map((tensor) => [tensor.name, { ...tensor, source }])),
      [source],
      read.remarks,
      damage,
    );
  try {
    readSafetensors(source, basename(path), read);
    return opened(null);
  } catch (error) {
    if (error instanceof EngineError && read.tensors.length > 0) return opened(error.said);
    source.close();
    throw error;
  }
}

function openIndex(path: string): OpenedContents {
  const { sources, tensors } = openShards(dirname(resolve(path)), basename(path));
  return ofStored(tensors, sources, new Map());
}

type Stored = StoredTensor & { readonly source: ByteSource };

function ofStored(
  stored: ReadonlyMap<string, Stored>,
  sources: readonly ByteSource[],
  metadata: ReadonlyMap<string, MetadataValue>,
  damage: Said | null = null,
): OpenedContents {
  const isRead = ({ type, shape, byteLength }: Stored) =>
    ['F32', 'F16', 'BF16'].includes(type) && shape.length > 0 && byteLength > 0;
  const info = ({ name, shape, type, offset, byteLength }: Stored) => ({ name, shape, type, offset, byteLength });
  const [read, unread] = [true, false].map((wanted) => [...stored.values()].filter((one) => isRead(one) === wanted));
  return {
    format: 'safetensors',
    files: sources.length,
    weights: weightsOf({
      metadata,
      tensors: new Map(read?.map((one) => [one.name, { ...info(one), type: one.type as TensorType } as TensorInfo])),
      unread: new Map(unread?.map((one) => [one.name, info(one) as UnreadTensor])),
      fileBytes: sources.reduce((sum, { size }) => sum + size, 0),
      rangeOf: ({ name, offset: at }) => {
        const { source } = stored.get(name) as Stored;
        return (offset, length, into) => source.read(at + offset, length, into);
      },
      close: () => sources.forEach((source) => source.close()),
    }),
    damage,
  };
}

function entryOf(key: string, value: MetadataValue, longest: number): MetadataEntry {
  const entries = typeof value === 'object' ? value.length : null;
  const text = textOf(value, longest);
  return {
    // A hostile file may have thousands of keys as long as a book.
    key: key.length > longestLine ? `${key.slice(0, longestLine)}…` : key,
    type:
      typeof value === 'string'
        ? 'text'
        : typeof value === 'object'
          ? 'list'
          : typeof value === 'boolean'
            ? 'boolean'
            : 'number',
    text: text.slice(0, longest),
    entries,
    isCut: text.length > longest || (entries ?? 0) > mostEntries,
  };
}

/** No more characters than are shown, and one more. */
function textOf(value: MetadataValue, longest: number): string {
  if (typeof value === 'string') return value.slice(0, longest + 1);
  if (typeof value === 'number') return shortest(value);
  if (typeof value !== 'object') return String(value);
  let text = '';
  for (const one of value.slice(0, mostEntries)) {
    const shown = typeof one === 'string' ? JSON.stringify(one.slice(0, longestLine)) : textOf(one, longestLine);
    text += `${text === '' ? '' : ', '}${typeof one === 'object' ? `[${shown}]` : shown}`;
    if (text.length > longest) break;
  }
  return text;
}

/** Nine significant digits tell any two float32 numbers apart. */
const digitsOfFloat32 = 9;

/** A float32 number without the digits that only its float64 form has: `0.00001`, not `0.000009999999747378752`. */
function shortest(value: number): string {
  if (Number.isInteger(value) || Math.fround(value) !== value) return String(value);
  for (let digits = 1; digits < digitsOfFloat32; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(digitsOfFloat32)));
}
