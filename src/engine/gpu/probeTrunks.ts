import type { Agreement } from '../../shared/backend';
import type { Signal } from '../../shared/engine';
import type { Model } from '../model';
import { probeIds } from '../probe';
import { sliceLength } from '../sessionTrunk';
import type { Trunk } from '../trunk';
import { row } from '../vectors';
import { agreementOf, worstOf, type Residuals } from './agreement';

/** Positions after which the likeliest tokens are compared. */
const compared = 64;

/**
 * Runs the probe text on the layers where they were loaded and on others, in all the ways in which texts are run, since a GPU may choose
 * another kernel for each: a beginning, one position more over what is kept, and as many positions as go at a time.
 */
export async function probeTrunks(model: Model, away: Trunk, signal: Signal): Promise<Agreement> {
  const ids = probeIds(model.tokenizer, model.hyperparameters.contextLength);
  const beginning = ids.slice(0, -1);
  const texts = [...(beginning.length > 0 ? [beginning] : []), ids, repeated(ids, Math.min(sliceLength, model.hyperparameters.contextLength))];
  const home = model.trunk.home.anew();
  const agreements: Agreement[] = [];
  try {
    for (const text of texts) {
      const [expected, found] = [await residualsOf(model, home, text, signal), await residualsOf(model, away, text, signal)];
      const [ours, theirs] = [await tops(model, expected, signal), await tops(model, found, signal)];
      agreements.push(agreementOf(expected, found, model.embedding.dimensions, ours.every((id, i) => id === theirs[i])));
    }
  } finally {
    home.release();
  }
  return worstOf(agreements);
}

/** A text of so many tokens that begins otherwise than the given one, so that nothing of it is kept. */
export const repeated = (ids: readonly number[], length: number): number[] => Array.from({ length }, (_, i) => ids[(i + 1) % ids.length] as number);

async function residualsOf({ hyperparameters: { layers } }: Model, trunk: Trunk, ids: readonly number[], signal: Signal): Promise<Residuals> {
  const store = await trunk.run(ids, { signal });
  // A person's own run may move the memory meanwhile.
  return Array.from({ length: layers + 1 }, (_, layer) => store.residuals(layer).slice());
}

/** The likeliest token after each of the first positions. A cap changes no order. */
async function tops(model: Model, residuals: Residuals, signal: Signal): Promise<number[]> {
  const { dimensions } = model.embedding;
  const last = residuals.at(-1) as Float32Array;
  const count = Math.min(compared, last.length / dimensions);
  const hidden = Array.from({ length: count }, (_, i) => Float32Array.from(model.finalNorm(row(last, i, dimensions))));
  const list = model.directions.bias ? 'logit' : 'dot';
  const found = await model.directions.search(hidden, { count: 1, lists: [list], signal });
  return found.map(({ ranked }) => ranked[list][0]?.id ?? -1);
}
