import { platform } from '#platform';
import { join } from 'node:path';
import { missingField, unreadField, wrongField } from '../damaged';
import { headerLength, readSafetensors, type StoredTensor } from '../safetensors';
import { openSource, readWhole, type ByteSource } from '../source';
import { isObject, strictJson } from '../strictJson';
import type { TensorType } from '../types/types';
import { wrongShape } from '../weights';
import type { FolderTensor } from './changes';

export interface ShardTensor extends StoredTensor {
  readonly source: ByteSource;
}

interface Shards {
  readonly sources: readonly ByteSource[];
  readonly tensors: ReadonlyMap<string, ShardTensor>;
}

export const readable: readonly TensorType[] = ['F32', 'F16', 'BF16'];
/** No file has two of these types: they are made of blocks and scales. */
export const isReadable = (type: string): type is TensorType => ['MXFP4', 'F8_E4M3_SCALED', ...readable].includes(type);
const single = 'model.safetensors';
const usualIndex = 'model.safetensors.index.json';
const longestIndex = 16 * 1024 * 1024;
const mostShards = 2048;
/** Of all headers together, three times those of the largest models. The limit bounds the time for reading them. */
const mostHeaderBytes = 32 * 1024 * 1024;

/** A plain name of a file beside the index: no path leads elsewhere. */
const plainName = /^[\w][\w.+ -]*\.safetensors$/;

/**
 * Opens the files of a folder that hold tensors: those that `index` names, or without it those of the folder's model.
 * Throws an `EngineError` if one is missing or damaged, after closing the others.
 */
export function openShards(folder: string, index?: string): Shards {
  const sources: ByteSource[] = [];
  let headerBytes = 0;
  const open = (name: string): ReadonlyMap<string, ShardTensor> => {
    const source = openSource(join(folder, name));
    sources.push(source);
    headerBytes += headerLength(source, name);
    if (headerBytes > mostHeaderBytes)
      throw wrongField(`${name}: header (Σ bytes)`, headerBytes, `≤ ${mostHeaderBytes}`);
    return new Map([...readSafetensors(source, name)].map(([tensor, stored]) => [tensor, { ...stored, source }]));
  };
  try {
    const tensors =
      index !== undefined || (!platform.exists(join(folder, single)) && platform.exists(join(folder, usualIndex)))
        ? together(folder, index ?? usualIndex, open)
        : open(single);
    return { sources, tensors };
  } catch (error) {
    for (const source of sources) source.close();
    throw error;
  }
}

/** Whether the model of a folder is read from the file of this name, or from others beside it. */
export function isFolderFile(folder: string, name: string): boolean {
  if (platform.exists(join(folder, single))) return name === single;
  return name === usualIndex || [...readIndex(folder, usualIndex).values()].includes(name);
}

/** The file of each tensor. */
function readIndex(folder: string, indexName: string): ReadonlyMap<string, string> {
  const index = strictJson(readWhole(join(folder, indexName), indexName, longestIndex), indexName);
  const places = isObject(index) ? index['weight_map'] : null;
  if (!isObject(places)) throw missingField(`${indexName}: weight_map`, '{…}');
  return new Map(
    Object.entries(places).map(([tensor, file]) => {
      if (typeof file === 'string' && plainName.test(file)) return [tensor, file];
      throw wrongField(placeOf(indexName, tensor), String(file).slice(0, 80), '*.safetensors');
    }),
  );
}

const placeOf = (indexName: string, tensor: string): string => `${indexName}: weight_map.${tensor.slice(0, 80)}`;

function together(
  folder: string,
  indexName: string,
  open: (name: string) => ReadonlyMap<string, ShardTensor>,
): ReadonlyMap<string, ShardTensor> {
  const places = readIndex(folder, indexName);
  const files = [...new Set(places.values())];
  if (files.length > mostShards) throw wrongField(`${indexName}: weight_map`, files.length, `≤ ${mostShards}`);
  const all = new Map<string, ShardTensor>();
  for (const file of files) {
    for (const [name, tensor] of open(file)) {
      const place = places.get(name);
      if (place === undefined) throw missingField(placeOf(indexName, name), file);
      if (place !== file) throw wrongField(placeOf(indexName, name), place, file);
      all.set(name, tensor);
    }
  }
  for (const [name, file] of places) if (!all.has(name)) throw missingField(`${file}: ${name.slice(0, 80)}`, 'tensor');
  return all;
}

export function asStored(
  name: string,
  { name: theirs, type, shape, offset, byteLength, source }: ShardTensor,
): FolderTensor {
  if (!isReadable(type)) throw unreadField(`${theirs} (type)`, type, readable.join(', '));
  if (shape.length === 0 || shape.includes(0)) throw wrongShape({ name: theirs.slice(0, 80), shape }, 'n × m');
  return {
    info: { name, shape, type, offset, byteLength },
    read: (at, length, into) => source.read(offset + at, length, into),
  };
}
