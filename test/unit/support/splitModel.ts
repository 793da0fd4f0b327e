import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layoutOf } from '../../../src/engine/hub/header';
import { readGguf } from '../../../src/engine/weights/gguf';
import { fromBytes } from '../../../src/engine/weights/source';
import { tensorTypes, type TensorType } from '../../../src/engine/weights/types/types';
import { number, writeGguf, type GgufKey } from './ggufWriter';

/** Changes the keys of a part, counted from 0. */
type Change = (keys: readonly GgufKey[], part: number) => readonly GgufKey[];

const typeBytes = 4;

/** The parts of a GGUF file as `gguf-split` of llama.cpp writes them: all keys in the first, tensors in all. */
export function partsOf(path: string, count: number, change: Change = (keys) => keys): readonly Uint8Array[] {
  const bytes = new Uint8Array(readFileSync(path));
  const walk = layoutOf(bytes.length);
  let next = walk.next();
  while (!next.done) next = walk.next(bytes);
  const view = new DataView(bytes.buffer);
  const own = next.value.keys.map(({ key, start, end }): GgufKey => {
    const at = start + 8 + new TextEncoder().encode(key).length;
    return { key, type: view.getUint32(at, true), value: bytes.subarray(at + typeBytes, end) };
  });
  const weights = readGguf(fromBytes(bytes));
  const tensors = [...weights.tensors.values()].map(({ name, shape, type, offset, byteLength }) => ({
    name,
    dimensions: shape.toReversed(),
    type: tensorTypes[type as TensorType].ggufId,
    data: bytes.subarray(offset, offset + byteLength),
  }));
  const each = Math.ceil(tensors.length / count);
  return Array.from({ length: count }, (_, part) =>
    writeGguf({
      keys: change(
        [
          ...(part === 0 ? own : []),
          number('split.no', part),
          number('split.count', count),
          number('split.tensors.count', tensors.length),
        ],
        part,
      ),
      tensors: tensors.slice(part * each, (part + 1) * each),
    }),
  );
}

export const partName = (name: string, part: number, count: number): string =>
  `${name}-${String(part + 1).padStart(5, '0')}-of-${String(count).padStart(5, '0')}.gguf`;

/** Writes the parts to a folder and returns their paths. */
export function writeParts(folder: string, name: string, parts: readonly Uint8Array[]): readonly string[] {
  mkdirSync(folder, { recursive: true });
  return parts.map((bytes, part) => {
    const path = join(folder, partName(name, part, parts.length));
    writeFileSync(path, bytes);
    return path;
  });
}
