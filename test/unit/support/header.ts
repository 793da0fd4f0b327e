import { FamilyHeader } from '../../../src/engine/architecture/header';
import type { MetadataValue, TensorInfo, Weights } from '../../../src/engine/weights/weights';

const none = () => {
  throw new Error('There are no tensors.');
};

/** A file of these keys and as many tensors without numbers, each a vector of this length. */
export function weightsOf(keys: Readonly<Record<string, MetadataValue>>, tensors = 0, longest = 1): Weights {
  const shape = [longest];
  const infos = Array.from({ length: tensors }, (_, i): TensorInfo => ({
    name: `t${i}`,
    shape,
    type: 'F32',
    offset: 0,
    byteLength: 4 * longest,
  }));
  return {
    metadata: new Map(Object.entries(keys)),
    tensors: new Map(infos.map((info) => [info.name, info])),
    unread: new Map(),
    fileBytes: 0,
    readRows: none,
    read: none,
    close: () => undefined,
  };
}

/** The header of such a file, of a family whose keys begin with `x`. */
export const headerOf = (
  keys: Readonly<Record<string, MetadataValue>>,
  tensors = 100,
  longest = 10_000,
): FamilyHeader => new FamilyHeader(weightsOf(keys, tensors, longest), 'x');
