import type { Pattern, PatternQuestion } from '../../shared/attention';
import { outOfRange } from '../../shared/errors';
import { pause } from '../tasks/pause';
import { checkHead, weightsOfHead } from './layerHeads';
import type { AboutText } from './positions';

const mostRows = 1024;
/** Weights that are computed before others may run. */
const weightsTogether = 2 ** 16;

/** The attention of one head between all positions, averaged where the text has more positions than rows. */
export const pattern: AboutText<PatternQuestion, Pattern> = async (
  { model },
  { inspected },
  { layer, head, most },
  control,
) => {
  checkHead({ layer, head }, model.hyperparameters);
  if (!Number.isInteger(most) || most < 1 || most > mostRows) throw outOfRange('most', most, `1 to ${mostRows}`);
  const { length } = inspected;
  const store = await model.trunk.run(inspected, { signal: control.signal });

  const together = Math.ceil(length / most);
  const rows = Math.ceil(length / together);
  const cells = new Float32Array((rows * (rows + 1)) / 2);
  for (let from = 0; from < length;) {
    const to = Math.min(length, from + Math.max(1, Math.floor(weightsTogether / length)));
    weightsOfHead(model, { layer, head }, store, { from, to }).forEach((weights, i) => {
      const block = Math.floor((from + i) / together);
      const begin = (block * (block + 1)) / 2;
      const inBlock = Math.min(together, length - block * together);
      weights.forEach((weight, other) => {
        const at = begin + Math.floor(other / together);
        cells[at] = (cells[at] as number) + weight / inBlock;
      });
    });
    from = to;
    await pause(control.signal);
  }
  return { layer, head, positions: length, together, cells };
};
