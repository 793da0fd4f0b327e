import { partsOf } from './ggufParts';
import { number, writeGguf } from './ggufWriter';

/**
 * The same model without its later layers, as a GGUF file. Its numbers are those of the whole one as far as it goes.
 */
export function firstLayers(file: Uint8Array, count: number, family = 'llama'): Uint8Array {
  const { keys, tensors } = partsOf(file);
  const blocks = `${family}.block_count`;
  return writeGguf({
    keys: keys.map((one) => (one.key === blocks ? number(blocks, count) : one)),
    tensors: tensors.filter(({ name }) => !(Number(/^blk\.(\d+)\./.exec(name)?.[1] ?? -1) >= count)),
  });
}
