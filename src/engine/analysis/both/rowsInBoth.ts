import {
  bothOf,
  type Both,
  type RowInBoth,
  type RowsInBoth,
  type RowsInBothRequest,
  type Spread,
} from '../../../shared/both';
import type { Control } from '../../../shared/engine';
import { modelDamaged } from '../../../shared/errors';
import type { Side } from '../../../shared/sides';
import { Largest } from '../../arrays/largest';
import { angle, mean, row } from '../../arrays/vectors';
import type { Directions } from '../../directions/directions';
import type { Model } from '../../model/model';
import { pause } from '../../tasks/pause';
import { checkCount, checkId } from '../limits';
import { percentile } from './sums';

const bins = 60;

const matrixOf = (model: Model, { matrix }: Pick<RowsInBothRequest, 'matrix'>): Directions =>
  matrix === 'input' ? model.inputs : model.directions;

/** What is the same in all answers about a matrix. */
interface Pass {
  /** Between a token's two rows, degrees; NaN where the widths differ or a row is zero. */
  readonly angles: Float64Array;
  /** Ids whose rows are zero in neither model. */
  readonly whole: Int32Array;
  readonly angle: Spread | null;
  readonly ratio: Spread;
}

/** The passes over both matrices, as long as both models are held: A, B, matrix. */
const passes = new WeakMap<Model, WeakMap<Model, Partial<Record<Side, Pass>>>>();

/**
 * Every row of a matrix beside the same token's row in the other model, which has the same vocabulary. Reads each
 * matrix once, some rows at a time, and not again for other tokens. Angles are computed in float64. Rejects with
 * `EngineError('model-damaged')` if no token has a row in both.
 */
export async function rowsInBoth(
  models: Both<Model>,
  request: RowsInBothRequest,
  control: Control,
): Promise<RowsInBoth> {
  const { count, ids, matrix } = request;
  checkCount(count);
  for (const id of ids) checkId(models[0], id);
  const { angles, whole, ...spreads } = await passOver(models, matrix, control);
  const { signal } = control;
  const sizes = bothOf((side) => matrixOf(models[side], request).sizes.of);
  const described = (id: number): RowInBoth => {
    const between = angles[id] as number;
    return {
      token: models[0].vocabulary.token(id),
      size: bothOf((side) => sizes[side][id] as number),
      angle: Number.isNaN(between) ? null : between,
    };
  };
  const most = async (score: (id: number) => number) => {
    const best = new Largest(Math.min(count, whole.length));
    for (const id of whole) best.offer(id, score(id));
    await pause(signal);
    return Array.from(best.ids, described);
  };
  return {
    matrix,
    rows: whole.length,
    ...spreads,
    turned: spreads.angle ? await most((id) => angles[id] as number) : [],
    resized: await most((id) => Math.abs(Math.log(ratioOf(sizes, id)))),
    tokens: ids.map(described),
  };
}

const ratioOf = (sizes: Both<ArrayLike<number>>, id: number): number =>
  (sizes[1][id] as number) / (sizes[0][id] as number);

/** The pass over a matrix of two models, which is made once. */
async function passOver(models: Both<Model>, matrix: Side, control: Control): Promise<Pass> {
  const ofFirst = passes.get(models[0]) ?? new WeakMap<Model, Partial<Record<Side, Pass>>>();
  const known = ofFirst.get(models[1]) ?? {};
  const pass = known[matrix] ?? (await makePass(models, matrix, control));
  passes.set(models[0], ofFirst.set(models[1], { ...known, [matrix]: pass }));
  return pass;
}

async function makePass(models: Both<Model>, matrix: Side, { signal, onProgress }: Control): Promise<Pass> {
  const own = bothOf((side) => matrixOf(models[side], { matrix }));
  const { vocabulary, dimensions } = own[0].matrix;
  const isAsWide = own[1].matrix.dimensions === dimensions;
  const sizes = bothOf((side) => own[side].sizes.of);
  const angles = new Float64Array(vocabulary).fill(NaN);
  if (isAsWide) {
    const blocks = own[1].matrix.blocks();
    for (const { first, rows } of own[0].matrix.blocks()) {
      const other = blocks.next().value?.rows as Float32Array;
      for (let i = 0; i * dimensions < rows.length; i++)
        angles[first + i] = angle(
          row(rows, i, dimensions),
          row(other, i, dimensions),
          sizes[0][first + i],
          sizes[1][first + i],
        );
      onProgress?.({ stage: 'embedding', fraction: first / vocabulary + rows.length / (dimensions * vocabulary) });
      await pause(signal);
    }
  }
  const whole = Int32Array.from({ length: vocabulary }, (_, id) => id).filter(
    (id) => sizes[0][id] !== 0 && sizes[1][id] !== 0,
  );
  if (whole.length === 0)
    throw modelDamaged`Every token has a row of zeros in one of the two models, so no rows can be compared. Its file may be damaged: copy it again or choose another model.`;
  await pause(signal);
  const spread = async (of: (id: number) => number) => {
    const found = spreadOf(Float64Array.from(whole, of));
    await pause(signal);
    return found;
  };
  return {
    angles,
    whole,
    angle: isAsWide ? await spread((id) => angles[id] as number) : null,
    ratio: await spread((id) => ratioOf(sizes, id)),
  };
}

/** A token's two rows. */
export function rowInBoth(models: Both<Model>, id: number, request: Pick<RowsInBothRequest, 'matrix'>): RowInBoth {
  checkId(models[0], id);
  const own = bothOf((side) => matrixOf(models[side], request));
  const size = bothOf((side) => own[side].sizes.of[id] as number);
  const rows = bothOf((side) => own[side].matrix.row(id));
  const between = rows[0].length === rows[1].length ? angle(...rows, ...size) : NaN;
  return { token: models[0].vocabulary.token(id), size, angle: Number.isNaN(between) ? null : between };
}

function spreadOf(values: Float64Array): Spread {
  const sorted = values.slice().sort();
  const [least, most] = [sorted[0] ?? NaN, sorted.at(-1) ?? NaN];
  const width = (most - least) / bins || 1;
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) (counts[Math.min(bins - 1, Math.floor((value - least) / width))] as number)++;
  return {
    mean: mean(values),
    median: percentile(sorted, 0.5),
    least,
    most,
    histogram: { from: least, width, counts },
  };
}
