import * as v from 'valibot';
import type { FolderStore } from '../platform/folderStore';
import { wrongField, wrongIssue } from '../weights/damaged';
import { geometryTensorsOf } from '../weights/huggingFace/folder';
import { readSafetensors, type StoredTensor } from '../weights/safetensors';
import { boundedJson, isObject, jsonStart, strictJson } from '../weights/strictJson';
import type { GeometrySource } from './ggufGeometry';
import { prefixOf } from './header';
import type { FilePiece, Plan } from './plan';
import type { RangedFile } from './ranges';

const step = 512 * 1024;
const lengthBytes = 8;
const longestHeader = 2 * 2 ** 20;

interface RemoteTensors {
  readonly file: RangedFile;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** Reads the header of a safetensors file: mostly one range. */
export async function readRemoteTensors(
  file: RangedFile,
  store: FolderStore,
  name: string,
  onBytes: (bytes: number) => void,
): Promise<RemoteTensors> {
  let bytes: Uint8Array<ArrayBuffer> = (await store.read(name, file.size)) ?? new Uint8Array(0);
  const upTo = async (end: number) => {
    if (bytes.length >= end) return;
    const larger = new Uint8Array(end);
    larger.set(bytes);
    let at = bytes.length;
    await file.read(at, end, async (part) => {
      await store.write(name, at, part);
      larger.set(part, at);
      at += part.length;
      onBytes(at);
    });
    bytes = larger;
  };
  await upTo(Math.min(file.size, step));
  if (bytes.length >= lengthBytes) {
    const told = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
    // A longer header is refused by the reader.
    if (told <= BigInt(longestHeader)) await upTo(Math.min(file.size, lengthBytes + Number(told)));
  }
  file.keep(bytes);
  return { file, tensors: readSafetensors(prefixOf(bytes, file.size), file.path) };
}

/** The file of each tensor, as the index of a folder says. */
export function shardsIn(index: Uint8Array): ReadonlyMap<string, string> {
  const parsed = v.safeParse(
    v.record(v.string(), v.string()),
    weightMap(strictJson(index, 'model.safetensors.index.json')),
  );
  if (!parsed.success) throw wrongIssue('model.safetensors.index.json: weight_map', parsed.issues[0]);
  return new Map(Object.entries(parsed.output));
}

const weightMap = (index: unknown): unknown => (isObject(index) ? index['weight_map'] : undefined);

/** The header of a safetensors file with only the tensors of the geometry, and where their bytes come from. */
export function planSafetensors(
  config: Uint8Array,
  files: readonly RemoteTensors[],
): { readonly header: Uint8Array<ArrayBuffer>; readonly plan: Plan } {
  const all = new Map(
    files.flatMap(({ tensors }, file) => [...tensors].map(([name, stored]) => [name, { stored, file }])),
  );
  const names = geometryTensorsOf(config, new Set(all.keys()));
  const described: Record<string, unknown> = {};
  const found = names.flatMap((name) => all.get(name) ?? []);
  let length = 0;
  for (const { stored } of found) {
    described[stored.name] = {
      dtype: stored.type,
      shape: stored.shape,
      data_offsets: [length, length + stored.byteLength],
    };
    length += stored.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(described));
  // The format begins the data at a multiple of eight, after spaces.
  const start = Math.ceil((lengthBytes + json.length) / 8) * 8;
  const header = new Uint8Array(start).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(start - lengthBytes), true);
  header.set(json, lengthBytes);
  let at = start;
  const pieces = found.map(({ stored, file }): FilePiece => {
    const piece = { file, from: stored.offset, length: stored.byteLength, at };
    at += stored.byteLength;
    return piece;
  });
  return { header, plan: { header: start, pieces } };
}

const configBounds = { parts: 2 ** 16, values: 2 ** 18 };

/** The model's `config.json` with a key that says where its geometry was read. */
export function markedConfig(config: Uint8Array, source: GeometrySource): Uint8Array<ArrayBuffer> {
  const found = boundedJson(config, 'config.json', configBounds);
  if (!isObject(found)) throw wrongField('config.json', jsonStart(found), '{…}');
  return new TextEncoder().encode(JSON.stringify({ ...found, vectorscope_source: source }));
}
