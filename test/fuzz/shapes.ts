import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { llamaFile, quantisedTypes } from './llamaFile';
import { pick, type Kind } from './mutator';

/** Sound models of shapes that no fixture has, down to one token and one number, and up to the widest heads. */
export const shapeKind: Kind = {
  name: 'shape',
  weight: 1,
  mutatorIn(folder) {
    const path = join(folder, 'model.gguf');
    return (random) => {
      const headSize = pick(random, [2, 4, 6, 16, 18, 32, 34, 64, 128, 256, 500, 512]);
      // Making random numbers takes longer than running them.
      const isWide = headSize > 64;
      const groups = pick(random, isWide ? [1] : [1, 1, 2, 3]);
      const heads = groups * pick(random, isWide ? [1] : [1, 1, 2, 3]);
      const shape = {
        ...{
          width: headSize * heads,
          heads,
          groups,
          layers: pick(random, isWide ? [1, 2] : [1, 1, 2, 3, 20]),
          feedForward: pick(random, [1, 2, 15, 16, 17, 32, 256, 600]),
        },
        ...{
          tokens: pick(random, [1, 2, 15, 16, 17, 33, 500, 1500]),
          context: pick(random, [1, 2, 3, 64, 2 ** 31 - 1]),
          window: pick(random, [0, 0, 1, 2, 16, 17, 2 ** 31 - 1]),
        },
      };
      const quantised = Object.keys(quantisedTypes).map(Number);
      const typeOf = (_: number, columns: number) =>
        pick(random, [0, 1, ...quantised.filter((type) => columns % (quantisedTypes[type]?.length ?? 1) === 0)]);
      writeFileSync(path, llamaFile(random, { ...shape, typeOf }));
      return { path, what: `a llama of ${JSON.stringify(shape)}` };
    };
  },
};
