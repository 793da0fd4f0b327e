import type { SelfCheck } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import type { Directions } from '../directions/directions';
import { capped, rankLogits, rawLogits } from './logits';
import type { Model } from './model';
import { knownLogits, probeIds } from './probe';
import { largest, type Ranked } from '../directions/ranking';
import { selectionMargin } from '../directions/selectionMargin';
import { sampleRows, samplesOf, signVectors, unpackingDeviation } from './selfCheckSamples';
import { termsOf, type Softmax } from '../directions/softmax';
import { angle, distance, dot, norm, row, type Vector } from '../tools/vectors';

/** Of a product, as a share of the product of the two lengths: float32 misses it by a hundredth of that. */
const ofProducts = 1e-6;
/** Of a probability. */
const ofProbability = 1e-5;
/** Of a residual after a layer, as a share of its length: float32 misses it by less than a hundredth of that. */
const afterLayer = 1e-4;
/** Positions at which the first layer is compared: the second one turns, and looks back. */
const comparedPositions = 2;
/** Vectors of signs that are multiplied with all rows. */
const signs = 2;
/** Likeliest tokens of the probe that are compared. */
const listed = 10;

/** A model that gives other numbers than plain arithmetic: its file is damaged, or what computes it is wrong. */
export class FailedCheck extends EngineError {}

/**
 * Compares what the searches say with plain arithmetic on plainly dequantised rows, and where the layers were loaded
 * unpacks blocks of every type and runs a short text. Deviations are shares, so that they mean the same whatever the
 * size of the weights. Throws a `FailedCheck` that says what failed and by how much.
 */
export async function selfCheck(model: Model, sha256: string | undefined): Promise<SelfCheck[]> {
  const unpacked = await checkBlocks(model);
  const ran = model.runner && (await runProbe(model));
  // The probe's logits and the products with signs come from one pass.
  const { deviation, further: logits } = await products(model.directions, ran ? [ran.hidden] : []);
  const checks = [
    ...unpacked,
    check('a row read plainly is the row that is searched', deviation, ofProducts),
    ...(model.tied
      ? []
      : [
          check(
            'an input row read plainly is the row that is searched',
            (await products(model.inputs, [])).deviation,
            ofProducts,
          ),
        ]),
    ...(ran ? await checkRun(model, ran, logits, sha256) : []),
  ];
  const failed = checks.find(({ deviation: off, allowed }) => !(off <= allowed));
  if (failed) {
    const { what, deviation: off, allowed } = failed;
    // Zeros have no share.
    const found = Number.isFinite(off)
      ? `is off by ${off.toPrecision(2)}, allowed ${allowed}`
      : 'cannot be checked, since numbers that it needs are all 0 or too large';
    throw new FailedCheck(
      'model-damaged',
      `The model failed its self-check: “${what}” ${found}. Its file may be damaged: install it again.`,
    );
  }
  return checks;
}

const check = (what: string, deviation: number, allowed: number): SelfCheck => ({ what, deviation, allowed });
/**
 * The difference as a share of a size that it is to be seen beside; equal numbers differ by nothing, whatever the size.
 */
const share = (value: number, expected: number, size: number): number =>
  value === expected ? 0 : Math.abs(value - expected) / size;
/** NaN for an empty list, so a check that compared nothing fails. */
const worst = (deviations: readonly number[]): number => (deviations.length > 0 ? Math.max(...deviations) : NaN);

/**
 * Every place of a block of every type that the file has, as the kernels unpack it and as it is read plainly: the same
 * bits.
 */
async function checkBlocks({ runner, weights }: Model): Promise<SelfCheck[]> {
  const home = runner?.trunk.home;
  if (!home?.unpacked) return [];
  const deviations: number[] = [];
  for (const sample of samplesOf(weights)) deviations.push(unpackingDeviation(sample, await home.unpacked(sample)));
  return [check('blocks of every type are unpacked as they are read plainly', worst(deviations), 0)];
}

/**
 * How far the products of vectors of signs with some rows are off from plain arithmetic; and the products of further
 * vectors with all rows.
 */
async function products(
  directions: Directions,
  further: readonly Vector[],
): Promise<{ readonly deviation: number; readonly further: Float32Array }> {
  const { matrix, sizes } = directions;
  const { vocabulary, dimensions } = matrix;
  const vectors = signVectors(signs, dimensions);
  const found = await directions.dots([...vectors, ...further]);
  const deviations = sampleRows(vocabulary).flatMap((id) => {
    const plain = matrix.row(id);
    return vectors.map((vector, i) =>
      share(found[i * vocabulary + id] as number, dot(vector, plain), Math.sqrt(dimensions) * norm(plain)),
    );
  });
  const lengths = sampleRows(vocabulary).map((id) =>
    share(sizes.of[id] as number, norm(matrix.row(id)), norm(matrix.row(id))),
  );
  return { deviation: worst([...deviations, ...lengths]), further: found.subarray(signs * vocabulary) };
}

/** What a run of the probe gives: its last hidden vector, and how far the first layer is off from plain arithmetic. */
interface Ran {
  readonly hidden: Float64Array;
  readonly missed: number;
}

async function runProbe(model: Model): Promise<Ran> {
  const { layers, dimensions } = model.hyperparameters;
  const ids = probeIds(model);
  const store = await model.trunk.run(ids, {});
  const hidden = model.finalNorm(row(store.residuals(layers), ids.length - 1, dimensions));
  const firstLayer = model.firstLayerPlainly(
    Array.from({ length: Math.min(comparedPositions, ids.length) }, (_, i) => row(store.residuals(0), i, dimensions)),
  );
  return {
    hidden,
    missed: worst(
      firstLayer.map((expected, i) => distance(row(store.residuals(1), i, dimensions), expected) / norm(expected)),
    ),
  };
}

async function checkRun(
  model: Model,
  { hidden, missed }: Ran,
  logits: Float32Array,
  sha256: string | undefined,
): Promise<SelfCheck[]> {
  const { directions } = model;
  const { matrix, sizes, bias } = directions;
  const list = bias ? 'logit' : 'dot';
  const [found] = await directions.search([Float32Array.from(hidden)], { count: listed, lists: [list], hidden: 1 });
  const raw = rawLogits(model, logits);
  const best = rankLogits(
    model,
    Float32Array.from(hidden),
    largest((id) => raw[id] as number, raw.length, listed + selectionMargin),
    listed,
  );
  const long = norm(hidden);
  const beside = (id: number) => long * (sizes.of[id] as number);
  const known = knownLogits(sha256);
  return [
    check('the first layer gives what plain arithmetic gives', missed, afterLayer),
    check(
      'the search finds the likeliest tokens',
      worst(
        best.map(({ id, value }, i) =>
          found?.ranked[list][i]?.id === id ? share(found.ranked[list][i]?.value as number, value, beside(id)) : 1,
        ),
      ),
      ofProducts,
    ),
    check(
      'the lens at the last layer gives the logits',
      worst(best.map(({ id }) => share(logits[id] as number, dot(hidden, matrix.row(id)), beside(id)))),
      ofProducts,
    ),
    // A row of zeros has no angle; a model has others.
    check(
      '‖h‖ · ‖u‖ · cos θ gives the product',
      worst(
        best
          .filter(({ id }) => (sizes.of[id] as number) > 0)
          .map(({ id }) =>
            share(
              beside(id) * Math.cos((angle(hidden, matrix.row(id)) * Math.PI) / 180),
              dot(hidden, matrix.row(id)),
              beside(id),
            ),
          ),
      ),
      ofProducts,
    ),
    check(
      'probabilities sum to 1',
      found?.softmax ? missedBySum(model, raw, found.softmax, found.ranked[list]) : NaN,
      ofProbability,
    ),
    ...(known
      ? [
          check(
            'logits are those of the reference',
            worst(known.map(({ id, logit }) => Math.abs(dot(hidden, matrix.row(id)) - logit))),
            2e-4,
          ),
        ]
      : []),
  ];
}

/**
 * How far ln Σ e^logit is off from a plain sum, beyond what separates the likeliest logits in float32 from the exact
 * ones.
 */
function missedBySum(
  model: Model,
  raw: Float32Array,
  { greatest, logSum }: Softmax,
  likeliest: readonly Ranked[],
): number {
  const logits = capped(model, raw);
  const plain = termsOf(logits);
  const doubt = worst(likeliest.map(({ id, value }) => Math.abs(model.capped(value) - (logits[id] as number))));
  return Math.max(0, Math.abs(plain.greatest - greatest + Math.log(plain.sum) - logSum) - doubt);
}
