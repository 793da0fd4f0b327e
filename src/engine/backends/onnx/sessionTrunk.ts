import type { Signal } from '../../../shared/engine';
import type { Hyperparameters, AttentionKind, RotaryPositions } from '../../architecture/hyperparameters';
import { writeAngles } from '../../architecture/rotary';
import type { LayersToCompute } from '../../model/compute';
import type { Model } from '../../model/model';
import { pause } from '../../tasks/pause';
import type { InputEmbedding } from '../../trunk/inputEmbedding';
import { checkFinite } from '../../trunk/residuals';
import type { HomeTrunk, Replay, TrunkControl, TrunkStore } from '../../trunk/trunk';
import { GraphBuilder, type Graph, type OnnxValue } from './graph';
import { GraphLayers } from './layerGraph';
import type { OnnxTarget } from './products';
import type { Session, Tensor } from './runtime';
import { SessionStore } from './sessionStore';

/**
 * Graph inputs for `length` new positions after `past` others: the rotary angles and the mask of each kind of
 * attention.
 */
function positionInputs(kinds: readonly AttentionKind[], past: number, length: number): Record<string, Tensor> {
  const inputs: Record<string, Tensor> = {};
  kinds.forEach(({ window, rotary }, kind) => {
    inputs[`mask.${kind}`] = mask(window, past, length);
    if (!rotary) return;
    inputs[`cosine.${kind}`] = angles(Math.cos, rotary, past, length);
    inputs[`sine.${kind}`] = angles(Math.sin, rotary, past, length);
  });
  return inputs;
}

function angles(of: (angle: number) => number, rotary: RotaryPositions, past: number, length: number): Tensor {
  const data = new Float32Array(length * rotary.frequencies.length);
  writeAngles(of, rotary, past, data);
  return { data, dims: [length, rotary.frequencies.length] };
}

/** 0 for a visible position, −∞ for a later one or one before the window. */
function mask(window: number, past: number, length: number): Tensor {
  const all = past + length;
  const data = new Float32Array(length * all);
  for (let i = 0; i < length; i++) {
    const row = data.subarray(i * all, (i + 1) * all);
    row.fill(-Infinity, past + i + 1);
    row.fill(-Infinity, 0, Math.max(0, past + i + 1 - window));
  }
  return { data, dims: [length, all] };
}

/** Layers in one graph. A run can stop after each. */
const layersPerSegment = 5;
/** Positions that run together. Slices bound memory and the time until a run stops. */
export const onnxSliceLength = 128;

/** The layers of a model as graphs for the ONNX runtime. */
export interface LayerGraphs {
  readonly model: Hyperparameters;
  readonly inputEmbedding: InputEmbedding;
  readonly count: number;
  /** The graphs in order, each built on demand. */
  graphs(target: OnnxTarget): Generator<Graph>;
}

export function layerGraphs(parts: LayersToCompute): LayerGraphs {
  const { model, inputEmbedding } = parts;
  return {
    model,
    inputEmbedding,
    count: segmentsOf(model).length,
    *graphs(target) {
      for (const segment of segmentsOf(model)) yield segmentGraph(parts, segment, target);
    },
  };
}

export const graphsOf = (model: Model): LayerGraphs =>
  layerGraphs({ ...model.inFile, inputEmbedding: model.trunk.inputEmbedding });

interface Segment {
  readonly first: number;
  readonly count: number;
}

const segmentsOf = ({ layers }: Hyperparameters): Segment[] =>
  Array.from({ length: Math.ceil(layers / layersPerSegment) }, (_, i) => ({
    first: i * layersPerSegment,
    count: Math.min(layersPerSegment, layers - i * layersPerSegment),
  }));

function segmentGraph(
  { architecture, model, weights }: LayersToCompute,
  { first, count }: Segment,
  target: OnnxTarget,
): Graph {
  const graph = new GraphBuilder();
  const builder = new GraphLayers(graph, weights, model, target);
  const shape = [1, 'positions', model.dimensions];
  const width = model.keyValueHeads * model.headSize;
  let residual = { ...graph.input('residual', 'float', shape), width: model.dimensions };
  for (let layer = first; layer < first + count; layer++) {
    const output = architecture.layer(builder, residual, layer);
    residual = output.residual;
    graph.output(`after.${layer}`, residual, 'float', shape);
    graph.output(`attention.${layer}`, output.attention, 'float', shape);
    graph.output(`feedForward.${layer}`, output.feedForward, 'float', shape);
    graph.output(`newKeys.${layer}`, output.keys as OnnxValue, 'float', ['positions', width]);
    graph.output(`newValues.${layer}`, output.values as OnnxValue, 'float', ['positions', width]);
  }
  return graph.build();
}

/**
 * The layers on sessions of the ONNX runtime, one for each graph, with the state of one text. The creator of the
 * sessions releases them.
 */
export class SessionTrunk implements HomeTrunk {
  readonly #store: SessionStore;
  readonly #segments: readonly (Segment & { readonly session: Session })[];

  constructor(
    private readonly graphs: LayerGraphs,
    private readonly sessions: readonly Session[],
  ) {
    const segments = segmentsOf(graphs.model);
    if (sessions.length !== segments.length)
      throw new RangeError(`${sessions.length} sessions were given for ${segments.length} graphs.`);
    this.#segments = segments.map((segment, i) => ({ ...segment, session: sessions[i] as Session }));
    this.#store = new SessionStore(graphs.model);
  }

  get inputEmbedding(): InputEmbedding {
    return this.graphs.inputEmbedding;
  }

  get store(): TrunkStore {
    return this.#store;
  }

  fresh(): SessionTrunk {
    return new SessionTrunk(this.graphs, this.sessions);
  }

  /** The creator of the sessions releases them. */
  release(): void {}

  async run(ids: ArrayLike<number>, { signal, onFraction }: TrunkControl): Promise<TrunkStore> {
    const store = this.#store;
    const known = store.keepPrefix(ids, onnxSliceLength);
    store.reserve(ids.length);
    for (let first = known; first < ids.length; first += onnxSliceLength) {
      const end = Math.min(first + onnxSliceLength, ids.length);
      await this.#runSlice(Array.prototype.slice.call(ids, first, end) as number[], first, signal, (fraction) => {
        onFraction?.((first - known + fraction * (end - first)) / (ids.length - known));
      });
    }
    return store;
  }

  async #runSlice(
    ids: readonly number[],
    past: number,
    signal: Signal | undefined,
    onFraction: (fraction: number) => void,
  ): Promise<void> {
    const slice = this.#store.slice(past, ids);
    const vectors = this.inputEmbedding.ofTokens(ids, past);
    const residuals = [vectors];
    slice.residual(0, vectors);
    await this.#throughLayers(vectors, past, signal, onFraction, (layer, output) => {
      residuals[layer + 1] = output.after;
      slice.residual(layer + 1, output.after);
      slice.parts(layer, output.attention, output.feedForward);
      slice.keysAndValues(layer, output.newKeys, output.newValues);
    });
    checkFinite((layer) => residuals[layer] as Float32Array, this.graphs.model.layers);
    slice.commit();
  }

  async replay(first: number, vectors: Float32Array, { signal, onFraction }: TrunkControl = {}): Promise<Replay> {
    const { layers, dimensions } = this.graphs.model;
    const entered = this.inputEmbedding.ofVectors(vectors, first);
    const blank = (count: number) => Array.from({ length: count }, () => new Float32Array(vectors.length));
    const replay = { residuals: [entered, ...blank(layers)], attention: blank(layers), feedForward: blank(layers) };
    const fresh = vectors.length / dimensions;
    if (fresh > onnxSliceLength || first > this.#store.length)
      throw new RangeError(
        `${fresh} positions from ${first} on were to be run again; ${this.#store.length} were run, and ${onnxSliceLength} go at a time.`,
      );
    await this.#throughLayers(
      entered,
      first,
      signal,
      (fraction) => onFraction?.(fraction),
      (layer, output) => {
        replay.residuals[layer + 1]?.set(output.after);
        replay.attention[layer]?.set(output.attention);
        replay.feedForward[layer]?.set(output.feedForward);
      },
    );
    checkFinite((layer) => replay.residuals[layer] as Float32Array, layers);
    return replay;
  }

  async #throughLayers(
    vectors: Float32Array,
    past: number,
    signal: Signal | undefined,
    onFraction: (fraction: number) => void,
    keep: (layer: number, output: Output) => void,
  ): Promise<void> {
    const { model } = this.graphs;
    const width = model.keyValueHeads * model.headSize;
    const length = vectors.length / model.dimensions;
    const positions = positionInputs(model.attention, past, length);
    let residual = vectors;
    for (const { first, count, session } of this.#segments) {
      const inputs: Record<string, Tensor> = {
        ...positions,
        residual: { data: residual, dims: [1, length, model.dimensions] },
      };
      const outputs: string[] = [];
      for (let layer = first; layer < first + count; layer++) {
        inputs[`keys.${layer}`] = { data: this.#store.pastKeys(layer, past), dims: [past, width] };
        inputs[`values.${layer}`] = { data: this.#store.pastValues(layer, past), dims: [past, width] };
        for (const kind of layerOutputs) outputs.push(`${kind}.${layer}`);
      }
      const results = await session.run(inputs, outputs);
      for (let layer = first; layer < first + count; layer++) {
        const output = Object.fromEntries(
          layerOutputs.map((kind) => [kind, results[`${kind}.${layer}`]?.data]),
        ) as Output;
        residual = output.after;
        keep(layer, output);
      }
      onFraction((first + count) / model.layers);
      await pause(signal);
    }
  }
}

const layerOutputs = ['after', 'attention', 'feedForward', 'newKeys', 'newValues'] as const;
type Output = Readonly<Record<(typeof layerOutputs)[number], Float32Array>>;
