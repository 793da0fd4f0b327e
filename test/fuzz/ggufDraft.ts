import { readdirSync, readFileSync } from 'node:fs';
import { layoutOf, type Span } from '../unit/support/ggufLayout';
import type { GgufKey, GgufTensor } from '../unit/support/ggufWriter';
import type { Sound } from '../unit/support/mutations';
import { quantisedFile } from './llamaFile';

/** A sound file taken apart, to be changed and written again. */
export interface Draft {
  readonly name: string;
  keys: GgufKey[];
  tensors: GgufTensor[];
  /** Added to the counts that the file says. */
  countedTensors: number;
  countedKeys: number;
}

/** Takes a file apart by code that is not the engine's. */
export function draftOf({ name, bytes, layout }: Sound): Draft {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const textAt = (at: number) =>
    new TextDecoder().decode(bytes.subarray(at + 8, at + 8 + Number(view.getBigUint64(at, true))));
  const keys = layout.keys.map(({ at, length }, i): GgufKey => {
    const value = layout.values[i] as Span;
    return { key: textAt(at), type: view.getUint32(value.at - 4, true), value: bytes.slice(value.at, at + length) };
  });
  const start = Math.ceil(layout.end / 32) * 32;
  const found = layout.tensors.map(({ at }) => {
    const spelled = textAt(at);
    const counted = at + 8 + new TextEncoder().encode(spelled).length;
    const dimensions = Array.from({ length: view.getUint32(counted, true) }, (_, i) =>
      Number(view.getBigUint64(counted + 4 + 8 * i, true)),
    );
    const after = counted + 4 + 8 * dimensions.length;
    return {
      name: spelled,
      dimensions,
      type: view.getUint32(after, true),
      from: start + Number(view.getBigUint64(after + 4, true)),
    };
  });
  const ends = [...found.map(({ from }) => from), bytes.length].sort((a, b) => a - b);
  const tensors = found.map(({ from, ...tensor }): GgufTensor => ({
    ...tensor,
    data: bytes.slice(
      from,
      ends.find((end) => end > from),
    ),
  }));
  return { name, keys, tensors, countedTensors: 0, countedKeys: 0 };
}

const families = new URL('../../test/fixtures/families/', import.meta.url);

/** The small files of all families, and one of all types whose turn comes as often as that of five others. */
export function soundFiles(): readonly Sound[] {
  const names = readdirSync(families).filter((name) => name.endsWith('.gguf'));
  const quantised = quantisedFile();
  return [
    ...names.map((name) => {
      const bytes = new Uint8Array(readFileSync(new URL(name, families)));
      return { name, bytes, layout: layoutOf(bytes), size: bytes.length };
    }),
    ...Array.from({ length: 5 }, () => quantised),
  ];
}
