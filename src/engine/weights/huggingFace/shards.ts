import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { damaged } from '../cursor';
import { readSafetensors, type StoredTensor } from '../safetensors';
import { openFile, readWhole, type ByteSource } from '../source';
import { strictJson } from '../strictJson';

/** A tensor with the file that holds it. */
export interface ShardTensor extends StoredTensor {
  readonly source: ByteSource;
}

/** All tensors of a folder, whether it has one file of them or many. */
export interface Shards {
  readonly sources: readonly ByteSource[];
  readonly tensors: ReadonlyMap<string, ShardTensor>;
}

const single = 'model.safetensors';
const indexName = 'model.safetensors.index.json';
const longestIndex = 16 * 1024 * 1024;
const mostShards = 2048;

/** A file beside the index: a name alone can lead nowhere else. */
const plainName = /^[\w][\w.+ -]*\.safetensors$/;
const index = v.looseObject({ weight_map: v.record(v.string(), v.string()) });

/** Opens the files of a folder that hold tensors. Throws an `EngineError` where one is missing or damaged, and closes what was open. */
export function openShards(folder: string): Shards {
  const sources: ByteSource[] = [];
  const open = (name: string): ReadonlyMap<string, ShardTensor> => {
    const source = openFile(join(folder, name));
    sources.push(source);
    return new Map([...readSafetensors(source, name)].map(([tensor, stored]) => [tensor, { ...stored, source }]));
  };
  try {
    const tensors = !existsSync(join(folder, single)) && existsSync(join(folder, indexName)) ? together(readIndex(folder), open) : open(single);
    return { sources, tensors };
  } catch (error) {
    for (const source of sources) source.close();
    throw error;
  }
}

/** Tensors by the file that holds them. */
function readIndex(folder: string): ReadonlyMap<string, string> {
  const parsed = v.safeParse(index, strictJson(readWhole(join(folder, indexName), indexName, longestIndex), indexName));
  if (!parsed.success) throw damaged(`${indexName} does not say which file holds which tensor`);
  const map = new Map(Object.entries(parsed.output.weight_map));
  for (const file of map.values()) if (!plainName.test(file)) throw damaged(`${indexName} names the file ${file.slice(0, 80)}; a file of the same folder that ends in .safetensors was expected`);
  return map;
}

function together(places: ReadonlyMap<string, string>, open: (name: string) => ReadonlyMap<string, ShardTensor>): ReadonlyMap<string, ShardTensor> {
  const files = [...new Set(places.values())];
  if (files.length > mostShards) throw damaged(`${indexName} names ${files.length} files, more than ${mostShards}`);
  const all = new Map<string, ShardTensor>();
  for (const file of files) {
    for (const [name, tensor] of open(file)) {
      if (places.get(name) !== file) throw damaged(`${file} holds the tensor ${name.slice(0, 80)}, which ${indexName} has ${places.has(name) ? 'in another file' : 'nowhere'}`);
      all.set(name, tensor);
    }
  }
  for (const [name, file] of places) if (!all.has(name)) throw damaged(`${indexName} has the tensor ${name.slice(0, 80)} in ${file}, which does not hold it`);
  return all;
}
