import { readGguf } from '../../../src/engine/weights/gguf';
import { fromBytes } from '../../../src/engine/weights/source';
import { layoutOf, type Span } from './ggufLayout';
import { number, writeGguf } from './ggufWriter';

/**
 * The same model without its later layers, as a GGUF file. Its numbers are those of the whole one as far as it goes.
 */
export function firstLayers(file: Uint8Array, count: number, family = 'llama'): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const layout = layoutOf(file);
  const after = (span: Span) => span.at + 8 + Number(view.getBigUint64(span.at, true));
  const nameOf = (span: Span) => new TextDecoder().decode(file.subarray(span.at + 8, after(span)));
  const info = readGguf(fromBytes(file)).tensors;
  const kept = layout.tensors.filter((span) => !(Number(/^blk\.(\d+)\./.exec(nameOf(span))?.[1] ?? -1) >= count));
  return writeGguf({
    keys: layout.keys.map((span, i) => {
      const key = nameOf(span);
      const { at, length } = layout.values[i] as Span;
      return key === `${family}.block_count`
        ? number(key, count)
        : { key, type: view.getUint32(after(span), true), value: file.subarray(at, at + length) };
    }),
    tensors: kept.map((span) => {
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
  });
}
