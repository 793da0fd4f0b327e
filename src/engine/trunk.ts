import type { Signal } from '../shared/engine';
import { EngineError } from '../shared/errors';
import { tensorsOutside, type Architecture, type Hyperparameters } from './architecture/architecture';
import { LayerBuilder } from './architecture/layers';
import type { Target } from './architecture/products';
import { isLarge } from './architecture/storedForm';
import type { Entrance } from './entrance';
import { MovableSession } from './gpu/movableSession';
import { GraphBuilder, type Graph } from './onnx/graph';
import { pause } from './pause';
import { positionInputs } from './positionInputs';
import { createSession, type Session, type Tensor } from './runtime';
import { TrunkStore } from './trunkStore';
import type { Weights } from './weights/weights';

/** Layers that run between two chances to stop; also what one graph holds. */
const layersPerSegment = 5;
/** Positions that run together: longer texts go through in slices, so that stopping never waits long and memory stays bounded. */
export const sliceLength = 128;

interface Segment {
  readonly first: number;
  readonly count: number;
  readonly session: MovableSession;
}

export interface TrunkControl {
  readonly signal?: Signal | undefined;
  readonly onFraction?: (fraction: number) => void;
}

/**
 * The layers of the model. What was run is kept: a text that begins as the last one did runs its new positions only, through
 * the keys and values of the old ones.
 */
export class Trunk {
  readonly #store: TrunkStore;

  private constructor(
    private readonly segments: readonly Segment[],
    private readonly model: Hyperparameters,
    readonly entrance: Entrance,
    /** Makes the graph of some layers anew, for a GPU, with its matrices as they are stored wherever that loses nothing: the smallest there is. */
    private readonly gpuGraph: (first: number, count: number) => Graph,
  ) {
    this.#store = new TrunkStore(model);
  }

  static async load(architecture: Architecture, model: Hyperparameters, weights: Weights, entrance: Entrance, control: TrunkControl): Promise<Trunk> {
    const segments: Segment[] = [];
    const used = new Set(tensorsOutside(architecture));
    try {
      for (const part of partsOf(architecture, model, weights)) {
        const { first, count } = part;
        segments.push({ first, count, session: new MovableSession(await createSession(segmentGraph(architecture, model, weights, part, used))) });
        control.onFraction?.((first + count) / model.layers);
        await pause(control.signal);
      }
      refuseUnread(weights, used);
    } catch (error) {
      await Promise.all(segments.map((segment) => segment.session.release()));
      throw error;
    }
    return new Trunk(segments, model, entrance, (first, count) => segmentGraph(architecture, model, weights, { first, count, large: true }, new Set(), 'webgpu'));
  }

  /** The graphs of all layers for a GPU in their order, each made when it is asked for. */
  *gpuGraphs(): Generator<Graph> {
    for (const { first, count } of this.segments) yield this.gpuGraph(first, count);
  }

  /** The same layers on other sessions, one for each of the graphs, with nothing run yet. Nobody has to release it. */
  over(sessions: readonly Session[]): Trunk {
    const { segments, model, entrance, gpuGraph } = this;
    if (sessions.length !== segments.length) throw new RangeError(`${sessions.length} sessions were given for ${segments.length} graphs.`);
    return new Trunk(segments.map(({ first, count }, i) => ({ first, count, session: new MovableSession(sessions[i] as Session) })), model, entrance, gpuGraph);
  }

  /** The same layers where they were loaded, with nothing run yet. Nobody has to release it. */
  atHome(): Trunk {
    return this.over(this.segments.map(({ session }) => session.own));
  }

  /** Runs elsewhere from now on, on a session for each of the graphs, as long as they work. */
  moveTo(sessions: readonly Session[]): void {
    this.segments.forEach(({ session }, i) => session.moveTo(sessions[i] as Session));
  }

  moveBack(): void {
    for (const { session } of this.segments) session.moveBack();
  }

  /**
   * Residuals of every position. The store is the trunk's own: it is valid until the next call.
   * Rejects with `EngineError('cancelled')`; what was finished by then is kept.
   */
  async run(ids: ArrayLike<number>, { signal, onFraction }: TrunkControl): Promise<TrunkStore> {
    const store = this.#store;
    const known = store.keepPrefix(ids);
    store.reserve(ids.length);
    for (let first = known; first < ids.length; first += sliceLength) {
      const end = Math.min(first + sliceLength, ids.length);
      await this.#runSlice(Array.prototype.slice.call(ids, first, end) as number[], first, signal, (fraction) => {
        onFraction?.((first - known + fraction * (end - first)) / (ids.length - known));
      });
    }
    return store;
  }

  async #runSlice(ids: readonly number[], past: number, signal: Signal | undefined, onFraction: (fraction: number) => void): Promise<void> {
    const slice = this.#store.slice(past, ids);
    const vectors = this.entrance.ofTokens(ids, past);
    slice.residual(0, vectors);
    await this.#throughLayers(vectors, past, signal, onFraction, (layer, output) => {
      slice.residual(layer + 1, output.after);
      slice.parts(layer, output.attention, output.feedForward);
      slice.keysAndValues(layer, output.newKeys, output.newValues);
    });
    slice.commit();
  }

  /**
   * Runs positions once more, from `first` on, with the given vectors in the place of their tokens' rows (n × d); the positions before them must have
   * been run. What later positions need of them is left as it was.
   */
  async replay(first: number, vectors: Float32Array, { signal, onFraction }: TrunkControl = {}): Promise<Replay> {
    const { layers, dimensions } = this.model;
    const entered = this.entrance.ofVectors(vectors, first);
    const blank = (count: number) => Array.from({ length: count }, () => new Float32Array(vectors.length));
    const replay = { residuals: [entered, ...blank(layers)], attention: blank(layers), feedForward: blank(layers) };
    const fresh = vectors.length / dimensions;
    if (fresh > sliceLength || first > this.#store.length) throw new RangeError(`${fresh} positions from ${first} on were to be run again; ${this.#store.length} were run, and ${sliceLength} go at a time.`);
    await this.#throughLayers(entered, first, signal, (fraction) => onFraction?.(fraction), (layer, output) => {
      replay.residuals[layer + 1]?.set(output.after);
      replay.attention[layer]?.set(output.attention);
      replay.feedForward[layer]?.set(output.feedForward);
    });
    return replay;
  }

  async #throughLayers(vectors: Float32Array, past: number, signal: Signal | undefined, onFraction: (fraction: number) => void, keep: (layer: number, output: Output) => void): Promise<void> {
    const { model } = this;
    const width = model.keyValueHeads * model.headSize;
    const length = vectors.length / model.dimensions;
    const positions = positionInputs(model.attention, past, length);
    let residual = vectors;
    for (const { first, count, session } of this.segments) {
      const inputs: Record<string, Tensor> = { ...positions, residual: { data: residual, dims: [1, length, model.dimensions] } };
      const outputs: string[] = [];
      for (let layer = first; layer < first + count; layer++) {
        inputs[`keys.${layer}`] = { data: this.#store.pastKeys(layer, past), dims: [past, width] };
        inputs[`values.${layer}`] = { data: this.#store.pastValues(layer, past), dims: [past, width] };
        for (const kind of layerOutputs) outputs.push(`${kind}.${layer}`);
      }
      const results = await session.run(inputs, outputs);
      for (let layer = first; layer < first + count; layer++) {
        const output = Object.fromEntries(layerOutputs.map((kind) => [kind, results[`${kind}.${layer}`]?.data])) as Output;
        residual = output.after;
        keep(layer, output);
      }
      onFraction((first + count) / model.layers);
      await pause(signal);
    }
  }

  async release(): Promise<void> {
    await Promise.all(this.segments.map((segment) => segment.session.release()));
  }
}

const layerOutputs = ['after', 'attention', 'feedForward', 'newKeys', 'newValues'] as const;
type Output = Readonly<Record<(typeof layerOutputs)[number], Float32Array>>;

/** What every layer did at some positions, n × d each. */
export interface Replay {
  /** r_l from before the first layer to after the last. */
  readonly residuals: readonly Float32Array[];
  /** What each layer's two parts added. */
  readonly attention: readonly Float32Array[];
  readonly feedForward: readonly Float32Array[];
}

/** Some of the layers, and whether the model is so large that its matrices stay as they are stored wherever they can. */
export interface Part {
  readonly first: number;
  readonly count: number;
  readonly large: boolean;
}

/** The parts in which the layers are run. */
export function partsOf(architecture: Architecture, { layers }: Hyperparameters, { tensors }: Weights): Part[] {
  const outside = new Set(tensorsOutside(architecture));
  const large = isLarge([...tensors.values()].filter(({ name }) => !outside.has(name)));
  return Array.from({ length: Math.ceil(layers / layersPerSegment) }, (_, i) => ({ first: i * layersPerSegment, count: Math.min(layersPerSegment, layers - i * layersPerSegment), large }));
}

export function segmentGraph(architecture: Architecture, model: Hyperparameters, weights: Weights, { first, count, large }: Part, used: Set<string>, target: Target = 'wasm'): Graph {
  const graph = new GraphBuilder();
  const builder = new LayerBuilder(graph, weights, model, large, target);
  const shape = [1, 'positions', model.dimensions];
  const width = model.keyValueHeads * model.headSize;
  let residual = graph.input('residual', 'float', shape);
  for (let layer = first; layer < first + count; layer++) {
    const output = architecture.layer(builder, residual, layer);
    residual = output.residual;
    graph.output(`after.${layer}`, residual, 'float', shape);
    graph.output(`attention.${layer}`, output.attention, 'float', shape);
    graph.output(`feedForward.${layer}`, output.feedForward, 'float', shape);
    graph.output(`newKeys.${layer}`, output.keys, 'float', ['positions', width]);
    graph.output(`newValues.${layer}`, output.values, 'float', ['positions', width]);
  }
  for (const name of builder.used) used.add(name);
  return graph.build();
}

/** A tensor that no equation reads means a model that is more than its family: its numbers would be wrong without a word. */
export function refuseUnread(weights: Weights, used: ReadonlySet<string>): void {
  const unread = [...weights.tensors.keys()].filter((name) => !used.has(name));
  if (unread.length === 0) return;
  throw new EngineError('model-unsupported', `The model has ${unread.length} tensors that Vectorscope does not read, “${unread[0] ?? ''}” among them, so its numbers would be wrong. Choose another model.`);
}
