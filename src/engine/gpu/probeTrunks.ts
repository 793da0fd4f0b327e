import type { Agreement } from '../../shared/backend';
import type { Signal } from '../../shared/engine';
import { batchRows } from '../directions';
import { rawLogits } from '../logits';
import type { Model } from '../model';
import { probe } from '../probe';
import { sliceLength, type Trunk } from '../trunk';
import { row } from '../vectors';
import { agreementOf, worstOf, type Residuals } from './agreement';

export interface Probed {
  readonly agreement: Agreement;
  /** h of some positions as WASM has it, positions × dimensions, as many as go through the vocabulary's rows together. */
  readonly hidden: Float32Array;
}

/**
 * Runs the probe text on the layers where they were loaded and on others, in all the ways in which texts are run, since a GPU may choose
 * another kernel for each: a beginning, one position more over what is kept, and as many positions as go at a time.
 */
export async function probeTrunks(model: Model, away: Trunk, signal: Signal): Promise<Probed> {
  const ids = Array.from(model.tokenizer.encode(probe, { plain: false }).ids);
  const beginning = ids.slice(0, -1);
  const texts = [...(beginning.length > 0 ? [beginning] : []), ids, repeated(ids, Math.min(sliceLength, model.hyperparameters.contextLength))];
  const home = model.trunk.atHome();
  const agreements: Agreement[] = [];
  let hidden = new Float32Array(0);
  for (const text of texts) {
    const [expected, found] = [await residualsOf(model, home, text, signal), await residualsOf(model, away, text, signal)];
    hidden = hiddenOf(model, expected);
    const [ours, theirs] = [await tops(model, hidden), await tops(model, hiddenOf(model, found))];
    agreements.push(agreementOf(expected, found, model.embedding.dimensions, ours.every((id, i) => id === theirs[i])));
  }
  return { agreement: worstOf(agreements), hidden };
}

/** A text of so many tokens that begins otherwise than the given one, so that nothing of it is kept. */
export const repeated = (ids: readonly number[], length: number): number[] => Array.from({ length }, (_, i) => ids[(i + 1) % ids.length] as number);

async function residualsOf({ hyperparameters: { layers } }: Model, trunk: Trunk, ids: readonly number[], signal: Signal): Promise<Residuals> {
  const store = await trunk.run(ids, { signal });
  return Array.from({ length: layers + 1 }, (_, layer) => store.residuals(layer));
}

function hiddenOf(model: Model, residuals: Residuals): Float32Array<ArrayBuffer> {
  const { dimensions } = model.embedding;
  const last = residuals.at(-1) as Float32Array;
  const count = Math.min(batchRows, last.length / dimensions);
  const hidden = new Float32Array(count * dimensions);
  for (let i = 0; i < count; i++) hidden.set(model.finalNorm(row(last, i, dimensions)), i * dimensions);
  return hidden;
}

/** The likeliest token after each of these positions. A cap changes no order. */
async function tops(model: Model, hidden: Float32Array): Promise<number[]> {
  const { vocabulary, dimensions } = model.directions.matrix;
  const count = hidden.length / dimensions;
  const dots = await model.directions.dots(hidden, count);
  return Array.from({ length: count }, (_, i) => {
    const logits = rawLogits(model, dots.subarray(i * vocabulary, (i + 1) * vocabulary));
    return logits.reduce((best, logit, id) => (logit > (logits[best] as number) ? id : best), 0);
  });
}
