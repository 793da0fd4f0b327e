import { EngineError } from '../../shared/errors';
import { notFinite } from './damaged';
import { halfExponent } from './types/definition';
import { u16 } from './types/half';
import { rowBytesOf, tensorTypes, type TensorType } from './types/types';
import { tensorOf, type TensorInfo, type Weights } from './weights';

/** Reads bytes of one tensor, counted from its beginning, to `into` if given, which has exactly that length. */
export type ReadRange = (offset: number, length: number, into?: Uint8Array) => Uint8Array;

/** The parts of `Weights` that each format provides. */
interface WeightsParts extends Omit<Weights, 'readRows' | 'read'> {
  readonly rangeOf: (tensor: TensorInfo) => ReadRange;
}

/** Reads rows of tensors by range and checks that all numbers are finite, whatever the format. */
export function weightsOf({ rangeOf, ...parts }: WeightsParts): Weights {
  const weights: Weights = {
    ...parts,
    readRows(name, first, count, into) {
      const tensor = tensorOf(weights, name);
      const { shape, type, byteLength } = tensor;
      const rowBytes = rowBytesOf(type, shape.at(-1) as number);
      const rows = byteLength / rowBytes;
      if (!Number.isInteger(first) || !Number.isInteger(count) || first < 0 || count < 0 || first + count > rows) {
        throw new EngineError(
          'internal',
          `Rows ${first} to ${first + count} of the tensor ${name} were requested, but it has ${rows}.`,
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

/**
 * Throws `EngineError('model-damaged')` that names the row if whole rows of a tensor, from `first` on, hold NaN or an
 * infinity. Only the blocks' scales are checked, a sixteenth of the work: the product of a finite scale and an integer
 * always fits float32.
 */
function checkFinite({ name, shape, type }: TensorInfo, bytes: Uint8Array, first: number): void {
  const block = firstNotFinite(type, bytes);
  if (block < 0) return;
  const row = first + Math.floor((block * tensorTypes[type].length) / (shape.at(-1) as number));
  throw notFinite(shape.length > 1 ? `${name}[${row}]` : name);
}

/** Index of the first of whole blocks that holds NaN or an infinity, or −1. */
export function firstNotFinite(type: TensorType, bytes: Uint8Array): number {
  const { bytes: blockBytes, floats, exponent = halfExponent } = tensorTypes[type];
  let earliest = bytes.length;
  for (const offset of floats) {
    for (let i = offset; i < earliest; i += blockBytes) {
      const upper = exponent > 0xffff ? u16(bytes, i + 2) << 16 : 0;
      if (((u16(bytes, i) | upper) & exponent) === exponent) earliest = i;
    }
  }
  return earliest === bytes.length ? -1 : Math.floor(earliest / blockBytes);
}
