import { EngineError } from '../../shared/errors';
import { checkFinite } from './finite';
import { blocks } from './types';
import { tensorOf, type TensorInfo, type Weights } from './weights';

/**
 * Bytes of one tensor by range, counted from its own beginning; in `into` where it is given, which is exactly as long.
 */
export type ReadRange = (offset: number, length: number, into?: Uint8Array) => Uint8Array;

/** What differs between formats. */
interface WeightsParts extends Omit<Weights, 'readRows' | 'read'> {
  readonly rangeOf: (tensor: TensorInfo) => ReadRange;
}

/** What all formats do alike with their tensors: rows by range, every number looked at as it is read. */
export function weightsOf({ rangeOf, ...parts }: WeightsParts): Weights {
  const weights: Weights = {
    ...parts,
    readRows(name, first, count, into) {
      const tensor = tensorOf(weights, name);
      const { shape, type, byteLength } = tensor;
      const rowBytes = ((shape.at(-1) as number) / blocks[type].length) * blocks[type].bytes;
      const rows = byteLength / rowBytes;
      if (!Number.isInteger(first) || !Number.isInteger(count) || first < 0 || count < 0 || first + count > rows) {
        throw new EngineError(
          'internal',
          `Rows ${first} to ${first + count} of the tensor ${name} were asked for, but it has ${rows}.`,
        );
      }
      const bytes = rangeOf(tensor)(first * rowBytes, count * rowBytes, into?.(count * rowBytes));
      checkFinite(tensor, bytes, first);
      return bytes;
    },
    read(name, into) {
      const tensor = tensorOf(weights, name);
      const bytes = rangeOf(tensor)(0, tensor.byteLength, into?.(tensor.byteLength));
      checkFinite(tensor, bytes, 0);
      return bytes;
    },
  };
  return weights;
}
