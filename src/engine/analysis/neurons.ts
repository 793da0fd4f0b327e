import type { Control, Signal } from '../../shared/engine';
import { outOfRange } from '../../shared/errors';
import type { ExpertsQuestion } from '../../shared/experts';
import { byMetric } from '../../shared/metrics';
import type {
  Neuron,
  NeuronPart,
  NeuronQuestion,
  Neurons,
  NeuronsQuestion,
  NeuronSum,
  NeuronView,
  Reading,
  RowsOnBothSides,
} from '../../shared/neurons';
import { neuronsIn, reachedShare, type Hyperparameters } from '../architecture/hyperparameters';
import type { LinearMap } from '../architecture/layers';
import { dot, mean, norm, row, type Vector } from '../arrays/vectors';
import type { Directions } from '../directions/directions';
import { RowRanking } from '../directions/ranking';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { neuronless } from '../trunk/layerReader';
import { type LayerNeurons, neuronsOf } from '../trunk/neurons';
import { checkLayer, productsOf } from './layerHeads';
import { checkCount, isWithin } from './limits';
import { describer } from './neighbours';
import type { AboutText } from './positions';
import { directionOf, pushedBy } from './push';
import { ranPosition } from './run';
import type { CutText } from './tokenise';

/** Throws an `EngineError` if the model has no such neuron. */
export function checkNeuron({ layer, index }: Neuron, model: Hyperparameters): void {
  checkLayer(layer, model);
  if (model.experts) throw neuronless();
  const count = neuronsIn(model, layer);
  if (!isWithin(index, count)) throw outOfRange('neuron', index, `0 to ${count - 1}`);
}

/** What looks at a residual: the vectors whose products with a part are its push, and its push on the mean logit. */
export interface Seen {
  readonly pushed: Float64Array;
  readonly mean: Float64Array | null;
  /** Their difference. */
  readonly centred: Float64Array;
}

export async function seenFrom(
  loaded: Parameters<typeof ranPosition>[0],
  text: CutText,
  question: ExpertsQuestion,
  control: Control,
) {
  const { model } = loaded;
  const { position, against } = question;
  const { norm: finalNorm, hyperparameters } = model.needRunner();
  const { store, output } = await ranPosition(loaded, text, question, control);
  const direction = directionOf(model, { ...question, output });
  const last = row(store.residuals(hyperparameters.layers), position, hyperparameters.dimensions);
  const pushed = pushedBy(finalNorm, direction.row, last);
  const ofMean = against === undefined ? pushedBy(finalNorm, model.directions.sizes.meanRow, last) : null;
  const centred = ofMean ? pushed.map((value, j) => value - (ofMean[j] as number)) : pushed;
  const seen: Seen = { pushed, mean: ofMean, centred };
  const token = (id: number) => model.vocabulary.token(id);
  return { seen, output: token(output), against: against === undefined ? null : token(against) };
}

/** What looks at what a layer adds, if later ones scale it. */
export function seenIn(seen: Seen, { hyperparameters }: Model, layer: number): Seen {
  const share = reachedShare(hyperparameters, layer);
  if (share === 1) return seen;
  const scaled = (vector: Float64Array) => vector.map((value) => value * share);
  return { pushed: scaled(seen.pushed), mean: seen.mean && scaled(seen.mean), centred: scaled(seen.centred) };
}

/** The neurons of all layers that push a token most at one position. Nothing is kept. */
export const neurons: AboutText<NeuronsQuestion, Neurons> = async (loaded, text, question, control) => {
  const { model } = loaded;
  const { position, count } = question;
  checkCount(count);
  const { layers, dimensions, besideWidth } = model.hyperparameters;
  const { seen, output, against } = await seenFrom(loaded, text, question, control);
  const replay = await model.trunk.replay(position, model.embedding.rows([text.inspected[position] as number]), {
    signal: control.signal,
  });
  const store = await model.trunk.run(text.inspected, { signal: control.signal });
  const parts: LayerNeurons[] = [];
  const sums: NeuronSum[] = [];
  let strongest: Fired[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const attended = () => [Float64Array.from(replay.attention[layer]?.subarray(0, dimensions) ?? [])];
    const here = { from: position, to: position + 1 };
    const part = neuronsOf(model.inFile, layer, store, here, productsOf(model, layer), attended);
    const fired = replay.fired?.[layer];
    if (fired) part.reading.fired.know(() => [Float64Array.from(fired.subarray(0, part.reading.fired.width))]);
    parts.push(part);
    const added = besideWidth ? part.reading.added.rows[0] : replay.feedForward[layer]?.subarray(0, dimensions);
    sums.push(sumOf(part, layer, seenIn(seen, model, layer), added as Vector));
    const least = strongest.length < count ? 0 : Math.abs(strongest.at(-1)?.difference ?? 0);
    strongest = [...strongest, ...pushesOf(part, layer, seenIn(seen, model, layer), least)]
      .sort(byAmount)
      .slice(0, count);
    await pause(control.signal);
  }
  const columns = new Map<Fired, Float64Array>();
  for (const [layer, part] of parts.entries()) {
    const here = strongest.filter((one) => one.layer === layer);
    if (here.length === 0) continue;
    const indices = here.map(({ index }) => index);
    part.columns(indices, 0).forEach((column, i) => columns.set(here[i] as Fired, column));
  }
  return {
    position,
    output,
    against,
    count: parts.reduce((sum, { reading }) => sum + reading.fired.width, 0),
    neurons: strongest.map((one) =>
      described(
        parts[one.layer] as LayerNeurons,
        one,
        columns.get(one) as Float64Array,
        seenIn(seen, model, one.layer),
      ),
    ),
    sums,
  };
};

/** A neuron, and its push minus the mean push. */
interface Fired extends Neuron {
  readonly fired: number;
  readonly difference: number;
}

const byAmount = (a: Fired, b: Fired): number =>
  Math.abs(b.difference) - Math.abs(a.difference) || a.layer - b.layer || a.index - b.index;

/** The neurons of a layer whose push differs from the mean push by at least so much. */
function pushesOf(part: LayerNeurons, layer: number, { centred }: Seen, least: number): Fired[] {
  const units = part.perUnit(centred, 0);
  const found: Fired[] = [];
  part.fired(0).forEach((fired, index) => {
    const difference = fired * (units[index] as number);
    if (Math.abs(difference) >= least) found.push({ layer, index, fired, difference });
  });
  return found;
}

/** `added`: what the feed-forward part adds. */
function sumOf(part: LayerNeurons, layer: number, seen: Seen, added: Vector): NeuronSum {
  const pushes = (vector: Vector) => ({
    push: dot(seen.pushed, vector),
    meanPush: seen.mean ? dot(seen.mean, vector) : 0,
  });
  const [all, bias] = [pushes(added), part.bias(0)];
  if (!bias) return { layer, ...all };
  const own = pushes(bias);
  return { layer, push: all.push - own.push, meanPush: all.meanPush - own.meanPush, bias: own };
}

function described(
  part: LayerNeurons,
  { layer, index, fired }: Neuron & { readonly fired: number },
  column: Float64Array,
  seen: Seen,
): NeuronPart {
  const { gate, up, normed } = part.reading;
  const x = normed.rows[0] as Float64Array;
  const reading = (map: LinearMap): Reading => {
    const weight = part.rowOf(map, index);
    const bias = map.bias?.[index];
    return {
      size: norm(weight),
      cosine: cosineOf(weight, x),
      product: dot(weight, x),
      ...(bias !== undefined && { bias }),
    };
  };
  return {
    layer,
    index,
    fired,
    gate: gate && reading(gate),
    up: reading(up),
    column: {
      size: norm(column),
      cosine: cosineOf(column, seen.pushed),
      centredCosine: cosineOf(column, seen.centred),
    },
    push: fired * dot(column, seen.pushed),
    meanPush: seen.mean ? fired * dot(column, seen.mean) : 0,
  };
}

/** 0 if one of the two is zero. */
export function cosineOf(a: Vector, b: Vector): number {
  const sizes = norm(a) * norm(b);
  return sizes === 0 ? 0 : dot(a, b) / sizes;
}

/** Positions of one neuron that are computed together. */
const together = 64;

/** How much a neuron fired at every position of a text that was run. */
export async function firedBy(
  model: Model,
  { layer, index }: Neuron,
  ids: readonly number[],
  { signal }: { readonly signal?: Signal | undefined },
): Promise<Float64Array> {
  const fired = new Float64Array(ids.length);
  for (let from = 0; from < ids.length; from += together) {
    const to = Math.min(from + together, ids.length);
    const store = await model.trunk.run(ids, { signal });
    const part = neuronsOf(model.inFile, layer, store, { from, to }, productsOf(model, layer));
    fired.set(part.firedBy(index), from);
    await pause(signal);
  }
  return fired;
}

/** One neuron: what it reads and writes, and where in the text it fires. Nothing is kept. */
export const neuronView: AboutText<NeuronQuestion, NeuronView> = async (loaded, text, question, control) => {
  const { model } = loaded;
  const { position, count, layer, index } = question;
  checkCount(count);
  const { norm: finalNorm, hyperparameters } = model.needRunner();
  checkNeuron(question, hyperparameters);
  const { seen, output, against } = await seenFrom(loaded, text, question, control);
  const fired = await firedBy(model, question, text.inspected, control);
  const store = await model.trunk.run(text.inspected, { signal: control.signal });
  const here = { from: position, to: position + 1 };
  const part = neuronsOf(model.inFile, layer, store, here, productsOf(model, layer));
  const [column] = part.columns([index], 0) as [Float64Array];
  const { gate, up, gain, centres } = part.reading;
  const gained = Float64Array.from(part.rowOf(gate ?? up, index), (value, j) => value * (gain[j] as number));
  const centre = centres ? mean(gained) : 0;
  const read = gained.map((value) => value - centre);
  return {
    position,
    output,
    against,
    neuron: described(part, { layer, index, fired: fired[position] as number }, column, seenIn(seen, model, layer)),
    fired,
    writes: await bothSides(model, model.directions, finalNorm.ofPart(column), count, control),
    reads: await bothSides(model, model.inputs, read, count, control),
  };
};

async function bothSides(
  model: Model,
  directions: Directions,
  vector: Float64Array,
  count: number,
  { signal }: Control,
): Promise<RowsOnBothSides> {
  const opposite = vector.map((value) => -value);
  const products = await directions.products([vector, opposite], signal);
  const listed = (query: Float64Array, dots: Vector) => {
    const ranking = new RowRanking(directions, directions.raw, query, dots);
    const describe = describer(model, ranking);
    return byMetric((metric) =>
      ranking.best(metric, Math.min(count, model.vocabulary.length)).map(({ id }) => describe(id)),
    );
  };
  return { along: listed(vector, products[0] as Vector), opposite: listed(opposite, products[1] as Vector) };
}
