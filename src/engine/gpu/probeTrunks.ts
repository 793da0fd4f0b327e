import type { Agreement } from '../../shared/backend';
import type { Signal } from '../../shared/engine';
import { rawLogits } from '../logits';
import type { Model } from '../model';
import { probe } from '../probe';
import type { Trunk } from '../trunk';
import { row } from '../vectors';
import { agreementOf, type Residuals } from './agreement';

export interface Probed {
  readonly agreement: Agreement;
  /** h of every position of the probe as WASM has it, positions × dimensions. */
  readonly hidden: Float32Array;
}

/** Runs the probe text on the layers where they were loaded and on others. */
export async function probeTrunks(model: Model, away: Trunk, signal: Signal): Promise<Probed> {
  const ids = Array.from(model.tokenizer.encode(probe, { plain: false }).ids);
  const residuals = async (trunk: Trunk): Promise<Residuals> => {
    const store = await trunk.run(ids, { signal });
    return Array.from({ length: model.hyperparameters.layers + 1 }, (_, layer) => store.residuals(layer));
  };
  const [expected, found] = [await residuals(model.trunk.atHome()), await residuals(away)];
  const hidden = hiddenOf(model, expected, ids.length);
  const [ours, theirs] = [await tops(model, hidden, ids.length), await tops(model, hiddenOf(model, found, ids.length), ids.length)];
  return { agreement: agreementOf(expected, found, model.embedding.dimensions, ours.every((id, i) => id === theirs[i])), hidden };
}

function hiddenOf(model: Model, residuals: Residuals, length: number): Float32Array {
  const { dimensions } = model.embedding;
  const last = residuals.at(-1) as Float32Array;
  const hidden = new Float32Array(length * dimensions);
  for (let i = 0; i < length; i++) hidden.set(model.finalNorm(row(last, i, dimensions)), i * dimensions);
  return hidden;
}

/** The likeliest token after each position. A cap changes no order. */
async function tops(model: Model, hidden: Float32Array, length: number): Promise<number[]> {
  const { vocabulary } = model.directions.matrix;
  const dots = await model.directions.dots(hidden, length);
  return Array.from({ length }, (_, i) => {
    const logits = rawLogits(model, dots.subarray(i * vocabulary, (i + 1) * vocabulary));
    return logits.reduce((best, logit, id) => (logit > (logits[best] as number) ? id : best), 0);
  });
}
