import { defaults, type Control } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import type { Lens, LensCell, LensRequest } from '../../shared/layers';
import { batchRows, type Products } from '../directions';
import { Largest } from '../largest';
import { checkCount } from '../limits';
import { rankLogits, rawLogits } from '../logits';
import type { Model } from '../model';
import { pause } from '../pause';
import type { PositionStore } from '../positions';
import { row } from '../vectors';
import { measureText } from './run';
import { tokenise } from './tokenise';

/** Candidates beyond those asked for; cells are many, and what float32 confuses lies close together. */
const margin = 4;

/** What every position would predict if the layers ended early: nostalgebraist's logit lens, with the final norm on each residual. */
export async function lens(model: Model, store: PositionStore, request: LensRequest, { onProgress, ...quiet }: Control): Promise<Lens> {
  const { layers, dimensions } = model.hyperparameters;
  const { first, count, top, positions } = request;
  checkCount(top);
  if (!Number.isInteger(first) || !Number.isInteger(count) || first < 0 || count < 1 || first + count > layers + 1) {
    throw new EngineError('bad-request', `Residuals ${first} to ${first + count - 1} were asked for; the model has 0 to ${layers}.`);
  }
  const { ids, length } = tokenise(model, { ...request, most: 0 });
  const { from, to } = positions ?? { from: 0, to: length };
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || from >= to || to > length) {
    throw new EngineError('bad-request', `Positions ${from} to ${to - 1} were asked for; the text has ${length} that were run.`);
  }
  const width = to - from;
  await measureText(model, store, ids.slice(0, length), defaults.top, [], quiet);
  const trunk = await model.trunk.run(ids.slice(0, length), quiet);

  const cells: LensCell[] = [];
  const total = count * width;
  for (let begin = 0; begin < total; begin += batchRows) {
    const rows = Math.min(batchRows, total - begin);
    const queries = new Float32Array(rows * dimensions);
    for (let i = 0; i < rows; i++) {
      const residual = row(trunk.residuals(first + Math.floor((begin + i) / width)), from + ((begin + i) % width), dimensions);
      queries.set(model.finalNorm(residual), i * dimensions);
    }
    const products = await model.directions.products(queries, rows, rows, quiet.signal);
    for (let i = 0; i < rows; i++) cells.push(cell(model, products, i, row(queries, i, dimensions), top, ids[from + ((begin + i) % width) + 1]));
    onProgress?.({ stage: 'lens', fraction: (begin + rows) / total });
    await pause(quiet.signal);
  }
  return { first, rows: Array.from({ length: count }, (_, layer) => cells.slice(layer * width, (layer + 1) * width)) };
}

function cell(model: Model, products: Products, index: number, hidden: Float32Array, count: number, next: number | undefined): LensCell {
  const { logTotal, entropy } = products.softmax(index);
  const best = new Largest(Math.min(count + margin, model.vocabulary.length));
  const before = lookThrough(products.of(index).map(({ start, dots }) => ({ start, logits: rawLogits(model, dots, start) })), best, next);
  const top = rankLogits(model, hidden, best.ids, count).map(({ id, value }) => ({ token: model.vocabulary.token(id), probability: Math.exp(model.capped(value) - logTotal) }));
  return { top, entropy, rank: next === undefined ? null : before + 1 };
}

/** Offers all logits of a query, and counts those that are before the token `next`; ties go to the lower id. One pass: memory is what costs. */
function lookThrough(pieces: readonly { readonly start: number; readonly logits: Float32Array }[], best: Largest, next = 0): number {
  const own = pieces.findLast(({ start }) => start <= next);
  const value = own?.logits[next - own.start] ?? Infinity;
  let before = 0;
  for (const { start, logits } of pieces) {
    let { least } = best;
    for (let j = 0; j < logits.length; j++) {
      const logit = logits[j] as number;
      if (logit >= value && (logit > value || start + j < next)) before++;
      if (!(logit > least)) continue;
      best.offer(start + j, logit);
      ({ least } = best);
    }
  }
  return before;
}
