import { lensEntries, type LensBlock, type LensInView } from '../../shared/instruments';
import type { Lens, LensStage } from '../../shared/layers';
import type { TextRequest } from '../../shared/tokens';
import type { Now } from './now';
import { memo, ofRun, type Question } from './question';

/** Positions of one block: a block takes about a tenth of a second. */
const width = 16;
/** Layers of one block. For rows after attention all layers run again each time, so those blocks are larger. */
const height: Readonly<Record<LensStage, number>> = { layer: 4, attention: 8 };

/** The divergences of a block. */
export interface Divergences extends Pick<LensBlock, 'after' | 'first' | 'from'> {
  readonly divergence: Float32Array;
}

/** The blocks that are in sight, the last layers first: they are what the prediction is made from. */
function blocksOf({ from, to, between = false }: LensInView, length: number, layers: number) {
  const stages = between ? (['layer', 'attention'] as const) : (['layer'] as const);
  const blocks: Pick<LensBlock, 'after' | 'first' | 'count' | 'from' | 'to'>[] = [];
  for (let begin = Math.floor(from / width) * width; begin < Math.min(to, length); begin += width)
    for (const after of stages) {
      const least = after === 'layer' ? 0 : 1;
      for (let bottom = layers + 1; bottom > least; bottom -= height[after]) {
        const first = Math.max(least, bottom - height[after]);
        blocks.push({ after, first, count: bottom - first, from: begin, to: Math.min(begin + width, length) });
      }
    }
  return blocks;
}

/** There may be hundreds, and they are the same at every event that moves nothing. */
const asked = memo((request: TextRequest, sight: LensInView, length: number, layers: number) =>
  blocksOf(sight, length, layers).flatMap(({ after, first, count, from, to }) => {
    const block = { after, first, count, positions: { from, to } };
    const cells = ofRun('lens', request, { ...block, top: lensEntries }, true, {
      take: (lens): LensBlock | Divergences => packedLens(lens, after, from, to),
    });
    const divergences = ofRun('divergence', request, block, true, {
      take: ({ rows }): LensBlock | Divergences => ({
        ...{ after, first, from },
        divergence: Float32Array.from(rows.flatMap((row) => [...row])),
      }),
    });
    return sight.divergence ? [cells, divergences] : [cells];
  }),
);

/** The logit lens of what is in sight, block by block, each followed by its divergences if they are wanted. */
export const lensQuestions = {
  lens: ({ request, run, model, sight: { lens: sight } }: Now): readonly Question<LensBlock | Divergences>[] =>
    request && run && model?.trunk && sight ? asked(request, sight, run.length, model.trunk.layers) : [],
};

/** All that is known of the lens: blocks in the order in which they came, with their divergences. */
export function lensBlocks(known: readonly (LensBlock | Divergences)[]): readonly LensBlock[] {
  const keyOf = ({ after, first, from }: Pick<LensBlock, 'after' | 'first' | 'from'>) => `${after} ${first} ${from}`;
  const blocks = new Map<string, LensBlock>();
  for (const one of known) {
    const key = keyOf(one);
    const before = blocks.get(key);
    if ('ids' in one) blocks.set(key, one);
    else if (before && one.divergence) blocks.set(key, { ...before, divergence: one.divergence });
  }
  return [...blocks.values()];
}

/** Cells in a row, layer by layer, in a form that costs little to hand over. */
export function packedLens({ first, rows }: Lens, after: LensStage, from: number, to: number): LensBlock {
  const cells = rows.flat();
  const of = <T extends Int32Array | Float32Array>(
    array: T,
    value: (cell: (typeof cells)[number], entry: number) => number | undefined,
  ): T => {
    const each = array.length / cells.length;
    cells.forEach((cell, index) => {
      for (let entry = 0; entry < each; entry++) array[index * each + entry] = value(cell, entry) ?? 0;
    });
    return array;
  };
  return {
    after,
    first,
    count: rows.length,
    from,
    to,
    ids: of(new Int32Array(cells.length * lensEntries), ({ top }, entry) => top[entry]?.token.id ?? -1),
    probabilities: of(new Float32Array(cells.length * lensEntries), ({ top }, entry) => top[entry]?.probability),
    entropy: of(new Float32Array(cells.length), ({ entropy }) => entropy),
    ranks: of(new Int32Array(cells.length), ({ rank }) => rank ?? 0),
  };
}
