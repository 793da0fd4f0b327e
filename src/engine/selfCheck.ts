import type { SelfCheck } from '../shared/engine';
import { EngineError } from '../shared/errors';
import type { Directions } from './directions';
import { rawLogits } from './logits';
import { Comparison } from './ranking';
import type { Model } from './model';
import { knownLogits, probe } from './probe';
import { angle, dot, norm, row } from './vectors';

const exact = 1e-5;

/**
 * Runs a short text and compares what the graphs say with plain arithmetic on plainly dequantised rows.
 * Throws `EngineError('model-damaged')` that says what failed and by how much.
 */
export async function selfCheck(model: Model, sha256: string | undefined): Promise<SelfCheck[]> {
  const ids = Array.from(model.tokenizer.encode(probe, { plain: false }).ids);
  const { layers, dimensions } = model.hyperparameters;
  const { matrix, sizes } = model.directions;
  const store = await model.trunk.run(ids, {});
  const hidden = model.finalNorm(row(store.residuals(layers), ids.length - 1, dimensions));
  const logits = await model.directions.dots(Float32Array.from(hidden), 1);
  const [found] = await model.directions.search(Float32Array.from(hidden), 1, 10, model.directions.raw);
  const comparison = new Comparison(model.directions, model.directions.raw, hidden, logits);
  const top = comparison.best('dot', 10);

  const relative = (value: number, expected: number) => Math.abs(value - expected) / Math.max(1, Math.abs(expected));
  /** Of nothing it is unknown, so that a check without anything to compare fails. */
  const worst = (deviations: readonly number[]) => (deviations.length > 0 ? Math.max(...deviations) : NaN);
  const checks: SelfCheck[] = [];
  const check = (what: string, deviation: number, allowed: number) => checks.push({ what, deviation, allowed });

  // The product of a row with itself through the graph's copy of it, one row in each part of the matrix, against plain code.
  const sample = Array.from({ length: 16 }, (_, i) => Math.floor(((i + 0.5) * matrix.vocabulary) / 16));
  const ownProducts = async (directions: Directions) => {
    const products = await directions.dots(directions.matrix.rows(sample), sample.length);
    return worst(sample.map((id, i) => relative(products[i * matrix.vocabulary + id] as number, (directions.sizes.of[id] as number) ** 2)));
  };
  check('a row read plainly is the row of the graph', await ownProducts(model.directions), exact);
  if (!model.tied) check('an input row read plainly is the row of the graph', await ownProducts(model.inputs), exact);

  check('the lens at the last layer gives the logits', worst(top.map(({ id, value }) => relative(logits[id] as number, value))), exact);
  // A row of zeros has no angle; a model has others.
  check(
    '‖h‖ · ‖u‖ · cos θ gives the logit',
    worst(top.filter(({ id }) => (sizes.of[id] as number) > 0).map(({ id, value }) => relative(norm(hidden) * (sizes.of[id] as number) * Math.cos((angle(hidden, matrix.row(id)) * Math.PI) / 180), value))),
    exact,
  );
  const logTotal = found?.softmax?.logTotal ?? NaN;
  let total = 0;
  for (const logit of rawLogits(model, logits)) total += Math.exp(model.capped(logit) - logTotal);
  check('probabilities sum to 1', Math.abs(total - 1), exact);

  const known = knownLogits(sha256);
  if (known) check('logits are those of the reference', worst(known.map(({ id, logit }) => Math.abs(dot(hidden, matrix.row(id)) - logit))), 2e-4);

  const failed = checks.find(({ deviation, allowed }) => !(deviation <= allowed));
  if (failed) {
    throw new EngineError('model-damaged', `The model failed its self-check: “${failed.what}” is off by ${failed.deviation.toPrecision(2)}, allowed ${failed.allowed}. Its file may be damaged: install it again.`);
  }
  return checks;
}
