import { readGguf } from '../../../src/engine/weights/gguf';
import { fromBytes } from '../../../src/engine/weights/source';
import { layoutOf, type Span } from './ggufLayout';
import type { GgufKey, GgufTensor } from './ggufWriter';

/** The keys and tensors of a sound GGUF file, as `writeGguf` takes them. The data are views of the file. */
export function partsOf(file: Uint8Array): {
  readonly keys: readonly GgufKey[];
  readonly tensors: readonly GgufTensor[];
} {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const layout = layoutOf(file);
  const after = (span: Span) => span.at + 8 + Number(view.getBigUint64(span.at, true));
  const nameOf = (span: Span) => new TextDecoder().decode(file.subarray(span.at + 8, after(span)));
  const info = readGguf(fromBytes(file)).tensors;
  return {
    keys: layout.keys.map((span, i) => {
      const { at, length } = layout.values[i] as Span;
      return { key: nameOf(span), type: view.getUint32(after(span), true), value: file.subarray(at, at + length) };
    }),
    tensors: layout.tensors.map((span) => {
      const name = nameOf(span);
      const dimensions = view.getUint32(after(span), true);
      const { offset, byteLength } = info.get(name) ?? { offset: 0, byteLength: 0 };
      return {
        name,
        dimensions: Array.from({ length: dimensions }, (_, i) => view.getBigUint64(after(span) + 4 + 8 * i, true)),
        type: view.getUint32(after(span) + 4 + 8 * dimensions, true),
        data: file.subarray(offset, offset + byteLength),
      };
    }),
  };
}
