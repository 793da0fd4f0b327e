import { randomLcg } from 'd3-random';
import type { SelfCheck } from '../../shared/engine';
import { EngineError, said } from '../../shared/errors';
import { figures, type Said } from '../../shared/said';
import { angle, distance, dot, norm, row, type Vector } from '../arrays/vectors';
import type { Directions } from '../directions/directions';
import { largest, type Ranked, selectionMargin } from '../directions/ranking';
import { termsOf, type Softmax } from '../directions/softmax';
import { firstLayerPlainly } from '../trunk/plainLayers';
import type { SampleRows } from '../trunk/trunk';
import { dequantised, rowBytesOf, tensorTypes, type TensorType } from '../weights/types/types';
import type { TensorInfo, Weights } from '../weights/weights';
import { capped, rankLogits, rawLogits } from './logits';
import type { Model } from './model';
import { knownLogits, probeIds } from './probe';

/** Rows of a matrix to compare, and the rows that kernels treat together. */
const sampled = 64;
const lanes = 16;
/** Columns to unpack: four of the longest blocks. */
const sampledColumns = 1024;

/** Ids of rows spread over a matrix and, evenly, over the sixteen lanes of a panel. */
export function sampleRows(vocabulary: number): number[] {
  const count = Math.min(sampled, vocabulary);
  const ids = Array.from({ length: count }, (_, i) => {
    const near = Math.floor(((i + 0.5) * vocabulary) / count);
    return Math.min(vocabulary - 1, near - (near % lanes) + (i % lanes));
  });
  return [...new Set(ids)];
}

/**
 * Vectors of 1 and −1, always the same. They weigh all entries of a row alike, so one wrong entry cannot hide behind
 * large ones.
 */
export function signVectors(count: number, length: number): Float32Array[] {
  const next = randomLcg(0.5);
  return Array.from({ length: count }, () => Float32Array.from({ length }, () => (next() < 0.5 ? -1 : 1)));
}

/** Rows of one matrix of each type in a file. */
function samplesOf(weights: Weights): SampleRows[] {
  const byType = new Map<TensorType, TensorInfo>();
  for (const tensor of weights.tensors.values())
    if (tensor.shape.length > 1 && !byType.has(tensor.type)) byType.set(tensor.type, tensor);
  return Array.from(byType.values(), ({ name, type, shape }) => {
    const columns = shape.at(-1) as number;
    const rows = shape.slice(0, -1).reduce((product, side) => product * side, 1);
    return {
      type,
      bytes: weights.readRows(name, 0, Math.min(sampled, rows)),
      rowBytes: rowBytesOf(type, columns),
      columns: Math.min(sampledColumns, columns),
    };
  });
}

/**
 * The largest difference between rows unpacked by the kernels, in groups of sixteen, and rows read plainly, as a
 * fraction of the largest number.
 */
export function unpackingDeviation({ type, bytes, rowBytes, columns }: SampleRows, unpacked: Float32Array): number {
  const width = (rowBytes / tensorTypes[type].bytes) * tensorTypes[type].length;
  const rows = bytes.length / rowBytes;
  const plain = dequantised(type, bytes);
  let largest = 0;
  let apart = 0;
  for (let row = 0; row < rows; row++) {
    const group = Math.floor(row / lanes) * columns;
    for (let column = 0; column < columns; column++) {
      const expected = plain[row * width + column] as number;
      const found = unpacked[(group + column) * lanes + (row % lanes)] as number;
      largest = Math.max(largest, Math.abs(expected));
      // Math.max keeps NaN.
      apart = Math.max(apart, Math.abs(found - expected));
    }
  }
  return apart === 0 ? 0 : apart / largest;
}

/**
 * Allowed deviation of a dot product as a fraction of the two sizes' product: float32 stays below a hundredth of it.
 */
const ofProducts = 1e-6;
/** Of the sum of all probabilities. */
const ofProbability = 1e-5;
/** Of a residual after a layer, as a fraction of its size: float32 stays below a hundredth of it. */
const afterLayer = 1e-4;
/** Positions at which the first layer is compared: only the second one rotates and attends to another. */
const comparedPositions = 2;
/** Sign vectors that are multiplied with all rows. */
const signs = 2;
/** Likeliest next tokens of the probe that are compared. */
const listed = 10;

/** The model's numbers differ from plain arithmetic: its file is damaged, or the backend is wrong. */
export class FailedCheck extends EngineError {
  /** `ofFile`: no other backend can help, since plain arithmetic finds the fault in the file or since none runs it. */
  constructor(
    said: Said,
    readonly ofFile = false,
  ) {
    super('model-damaged', said);
  }
}

/**
 * Compares searches with plain arithmetic on plainly dequantised rows and, if the layers were loaded, unpacks blocks of
 * every type and runs a short text. Deviations are fractions, so they do not depend on the scale of the weights. Throws
 * a `FailedCheck` that names the failed check and its deviation.
 */
export async function selfCheck(model: Model, sha256: string | undefined): Promise<SelfCheck[]> {
  const unpacked = await checkBlocks(model);
  const run = model.runner && (await runProbe(model));
  // One pass computes the probe's logits and the products with the sign vectors.
  const { deviation, further: logits } = await products(model.directions, run ? [run.hidden] : []);
  const checks = [
    ...unpacked,
    check(said`a row read plainly is the row that is searched`, deviation, ofProducts),
    ...(model.tied
      ? []
      : [
          check(
            said`an input row read plainly is the row that is searched`,
            (await products(model.inputs, [])).deviation,
            ofProducts,
          ),
        ]),
    ...(run ? await checkRun(model, run, logits, sha256) : []),
  ];
  const failed = checks.find(({ deviation: off, allowed }) => !(off <= allowed));
  if (failed) {
    const { what, deviation: off, allowed } = failed;
    // Zeros have no share.
    throw new FailedCheck(
      Number.isFinite(off)
        ? said`The model failed its self-check: “${what}” is off by ${figures(off.toPrecision(2))}, allowed ${allowed}. Its file may be damaged: replace it.`
        : said`The model failed its self-check: “${what}” cannot be checked, since numbers that it needs are all 0 or too large. Its file may be damaged: replace it.`,
      run?.isEmpty,
    );
  }
  return checks;
}

const check = (what: Said, deviation: number, allowed: number): SelfCheck => ({ what, deviation, allowed });
/** The difference as a fraction of `size`; 0 for equal numbers, whatever the size. */
const share = (value: number, expected: number, size: number): number =>
  value === expected ? 0 : Math.abs(value - expected) / size;
/** NaN for an empty list, so that a check without comparisons fails. */
const worst = (deviations: readonly number[]): number => (deviations.length > 0 ? Math.max(...deviations) : NaN);

/**
 * Compares every position in a block of every type, unpacked by the kernels and read plainly: the bits must be equal.
 */
async function checkBlocks({ runner, weights }: Model): Promise<SelfCheck[]> {
  const home = runner?.trunk.home;
  if (!home?.unpacked) return [];
  const deviations: number[] = [];
  for (const sample of samplesOf(weights)) deviations.push(unpackingDeviation(sample, await home.unpacked(sample)));
  return [check(said`blocks of every type are unpacked as they are read plainly`, worst(deviations), 0)];
}

/**
 * The deviation of sign vectors' products with some rows from plain arithmetic, and the products of `further` vectors
 * with all rows.
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

/** A run of the probe: its last hidden vector, and the deviation of the first layer from plain arithmetic. */
interface ProbeRun {
  readonly hidden: Float64Array;
  readonly deviation: number;
  /** In plain arithmetic, the first layer or the final norm makes zeros or numbers that are too large. */
  readonly isEmpty: boolean;
}

async function runProbe(model: Model): Promise<ProbeRun> {
  const { layers, dimensions } = model.hyperparameters;
  const ids = probeIds(model);
  const store = await model.trunk.run(ids, {});
  const hidden = model.finalNorm(row(store.residuals(layers), ids.length - 1, dimensions));
  const firstLayer = firstLayerPlainly(
    model.inFile,
    Array.from({ length: Math.min(comparedPositions, ids.length) }, (_, i) => row(store.residuals(0), i, dimensions)),
    model.trunk.inputEmbedding.besideTokens(ids),
  );
  return {
    hidden,
    deviation: worst(
      firstLayer.map((expected, i) => distance(row(store.residuals(1), i, dimensions), expected) / norm(expected)),
    ),
    isEmpty: firstLayer.some((expected) => !Number.isFinite(Math.log(norm(model.finalNorm(expected))))),
  };
}

async function checkRun(
  model: Model,
  { hidden, deviation }: ProbeRun,
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
    check(said`the first layer gives what plain arithmetic gives`, deviation, afterLayer),
    check(
      said`the search finds the likeliest tokens`,
      worst(
        best.map(({ id, value }, i) =>
          found?.ranked[list][i]?.id === id ? share(found.ranked[list][i]?.value as number, value, beside(id)) : 1,
        ),
      ),
      ofProducts,
    ),
    check(
      said`the lens at the last layer gives the logits`,
      worst(best.map(({ id }) => share(logits[id] as number, dot(hidden, matrix.row(id)), beside(id)))),
      ofProducts,
    ),
    // A row of zeros has no angle.
    check(
      said`‖h‖ · ‖u‖ · cos θ gives the product`,
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
      said`probabilities sum to 1`,
      found?.softmax ? missedBySum(model, raw, found.softmax, found.ranked[list]) : NaN,
      ofProbability,
    ),
    ...(known
      ? [
          check(
            said`logits are those of the reference`,
            worst(known.map(({ id, logit }) => Math.abs(dot(hidden, matrix.row(id)) - logit))),
            2e-4,
          ),
        ]
      : []),
  ];
}

/** The deviation of ln Σ e^logit from a plain sum, without the part that float32 explains at the likeliest logits. */
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
