import { EngineError } from '../../shared/errors';
import { stringsOf, type Weights } from '../weights/weights';
import type { Pairs } from './mergeNeighbours';
import { MergeTable } from './mergeTable';

/** A rank shares a number with an index: see mergeNeighbours. */
const mostMerges = 2 ** 21;

/** The merges in a GGUF file, by rank. `ids` are the tokens that can be merged, by spelling. */
export function readMerges(weights: Weights, ids: ReadonlyMap<string, number>): Pairs {
  const merges = stringsOf(weights, 'tokenizer.ggml.merges');
  if (merges.length >= mostMerges)
    throw new EngineError(
      'model-unsupported',
      `The model has ${merges.length} merges; fewer than ${mostMerges} can be used. Choose another model.`,
    );
  const table = new MergeTable(merges.length);
  const results = new Int32Array(merges.length);
  merges.forEach((merge, rank) => {
    const space = merge.indexOf(' ');
    const left = merge.slice(0, space);
    const right = merge.slice(space + 1);
    const [leftId, rightId, result] = [ids.get(left), ids.get(right), ids.get(left + right)];
    if (leftId === undefined || rightId === undefined || result === undefined) {
      throw new EngineError(
        'model-damaged',
        `Merge ${rank + 1} of the model's tokenizer names a token that is not in its vocabulary. Copy the file again or choose another model.`,
      );
    }
    table.add(leftId, rightId, rank);
    results[rank] = result;
  });
  return { rankOf: (left, right) => table.rankOf(left, right), mergedOf: (rank) => results[rank] as number };
}
