import type { SelfCheck } from '../shared/engine';
import { EngineError } from '../shared/errors';
import type { Directions } from './directions';
import { rawLogits } from './logits';
import { Comparison } from './ranking';
import type { Model } from './model';
import { knownLogits, probeIds } from './probe';
import { angle, distance, dot, norm, row, type Vector } from './vectors';

const exact = 1e-5;
/** Of a residual after a layer, as a share of its length: float32 misses it by less than a hundredth of that. */
const afterLayer = 1e-4;
/** Positions at which the first layer is compared: the second one turns, and looks back. */
const comparedPositions = 2;

/** A model that gives other numbers than plain arithmetic: its file is damaged, or what computes it is wrong. */
export class FailedCheck extends EngineError {}

/**
 * Compares what the searches say with plain arithmetic on plainly dequantised rows, and where the layers were loaded runs a short text.
 * Throws a `FailedCheck` that says what failed and by how much.
 */
export async function selfCheck(model: Model, sha256: string | undefined): Promise<SelfCheck[]> {
  const ran = model.runner && (await runProbe(model));
  // The probe's logits and the rows' own products come from one pass.
  const { own, logits } = await products(model.directions, ran ? [ran.hidden] : []);
  const checks = [
    check('a row read plainly is the row that is searched', own, exact),
    ...(model.tied ? [] : [check('an input row read plainly is the row that is searched', (await products(model.inputs, [])).own, exact)]),
    ...(ran ? await checkRun(model, ran, logits, sha256) : []),
  ];
  const failed = checks.find(({ deviation, allowed }) => !(deviation <= allowed));
  if (failed) {
    throw new FailedCheck('model-damaged', `The model failed its self-check: “${failed.what}” is off by ${failed.deviation.toPrecision(2)}, allowed ${failed.allowed}. Its file may be damaged: install it again.`);
  }
  return checks;
}

const check = (what: string, deviation: number, allowed: number): SelfCheck => ({ what, deviation, allowed });
const relative = (value: number, expected: number): number => Math.abs(value - expected) / Math.max(1, Math.abs(expected));
/** NaN for an empty list, so a check that compared nothing fails. */
const worst = (deviations: readonly number[]): number => (deviations.length > 0 ? Math.max(...deviations) : NaN);

/**
 * How far the products of rows with themselves, one row in each part of the matrix, are off from plain arithmetic; and the products of a
 * further vector with all rows, where there is one.
 */
async function products(directions: Directions, further: readonly Vector[]): Promise<{ readonly own: number; readonly logits: Float32Array }> {
  const { matrix } = directions;
  const { vocabulary } = matrix;
  const sample = Array.from({ length: 16 }, (_, i) => Math.floor(((i + 0.5) * vocabulary) / 16));
  const found = await directions.dots([...sample.map((id) => matrix.row(id)), ...further]);
  return {
    own: worst(sample.map((id, i) => relative(found[i * vocabulary + id] as number, dot(matrix.row(id), matrix.row(id))))),
    logits: found.subarray(sample.length * vocabulary),
  };
}

/** What a run of the probe gives: its last hidden vector, and how far the first layer is off from plain arithmetic. */
interface Ran {
  readonly hidden: Float64Array;
  readonly missed: number;
}

async function runProbe(model: Model): Promise<Ran> {
  const { layers, dimensions, contextLength } = model.hyperparameters;
  const ids = probeIds(model.tokenizer, contextLength);
  const store = await model.trunk.run(ids, {});
  const hidden = model.finalNorm(row(store.residuals(layers), ids.length - 1, dimensions));
  const firstLayer = model.firstLayerPlainly(Array.from({ length: Math.min(comparedPositions, ids.length) }, (_, i) => row(store.residuals(0), i, dimensions)));
  return { hidden, missed: worst(firstLayer.map((expected, i) => distance(row(store.residuals(1), i, dimensions), expected) / norm(expected))) };
}

async function checkRun(model: Model, { hidden, missed }: Ran, logits: Float32Array, sha256: string | undefined): Promise<SelfCheck[]> {
  const { matrix, sizes } = model.directions;
  const [found] = await model.directions.search([Float32Array.from(hidden)], { count: 10, lists: ['dot'], hidden: 1 });
  const top = new Comparison(model.directions, model.directions.raw, hidden, logits).best('dot', 10);
  const logTotal = found?.softmax?.logTotal ?? NaN;
  let total = 0;
  for (const logit of rawLogits(model, logits)) total += Math.exp(model.capped(logit) - logTotal);
  const known = knownLogits(sha256);
  return [
    check('the first layer gives what plain arithmetic gives', missed, afterLayer),
    check('the search finds the likeliest tokens', worst(top.map(({ id, value }, i) => (found?.ranked.dot[i]?.id === id ? relative(found.ranked.dot[i]?.value as number, value) : 1))), exact),
    check('the lens at the last layer gives the logits', worst(top.map(({ id, value }) => relative(logits[id] as number, value))), exact),
    // A row of zeros has no angle; a model has others.
    check(
      '‖h‖ · ‖u‖ · cos θ gives the logit',
      worst(top.filter(({ id }) => (sizes.of[id] as number) > 0).map(({ id, value }) => relative(norm(hidden) * (sizes.of[id] as number) * Math.cos((angle(hidden, matrix.row(id)) * Math.PI) / 180), value))),
      exact,
    ),
    check('probabilities sum to 1', Math.abs(total - 1), exact),
    ...(known ? [check('logits are those of the reference', worst(known.map(({ id, logit }) => Math.abs(dot(hidden, matrix.row(id)) - logit))), 2e-4)] : []),
  ];
}
