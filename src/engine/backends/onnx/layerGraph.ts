import type { Activation, Hyperparameters, RotaryPositions } from '../../architecture/hyperparameters';
import { LayerBuilder, type AttentionStep, type Attended, type LinearMap } from '../../architecture/layers';
import { ReusedBuffer } from '../../arrays/bytes';
import type { Combination } from '../../kernels/layerProgram';
import type { Into, Weights } from '../../weights/weights';
import type { GraphBuilder, OnnxValue } from './graph';
import { matrixProduct, scaledProduct, type OnnxTarget } from './products';

const microsoft = 'com.microsoft';

/** A value of the graph, `1 × positions × width`. */
interface GraphValue extends OnnxValue {
  readonly width: number;
}

interface KindInputs {
  /** `null` without rotary positions. */
  readonly angles: { readonly cosine: OnnxValue; readonly sine: OnnxValue } | null;
  readonly mask: OnnxValue;
}

/**
 * Builds layers as an ONNX graph. Its inputs besides the residual: for each kind of attention `cosine.k` and `sine.k`
 * (`positions × pairs`, the rotary angles of the new positions) and `mask.k` (`positions × all positions`, 0 or −∞),
 * and for each layer the past `keys.l` and `values.l`. Matrices stay as they are stored if the runtime has an exact
 * product for their type.
 */
export class GraphLayers extends LayerBuilder<GraphValue> {
  readonly #kinds: readonly KindInputs[];
  readonly #zero: OnnxValue;
  readonly #buffer = new ReusedBuffer();
  readonly #read: Into = (length) => this.#buffer.bytes(length);

  constructor(
    readonly graph: GraphBuilder,
    weights: Weights,
    model: Hyperparameters,
    private readonly target: OnnxTarget,
  ) {
    super(weights, model);
    this.#kinds = model.attention.map(({ rotary }, kind) => ({
      angles: rotary && {
        cosine: graph.input(`cosine.${kind}`, 'float', ['positions', rotary.frequencies.length]),
        sine: graph.input(`sine.${kind}`, 'float', ['positions', rotary.frequencies.length]),
      },
      mask: graph.input(`mask.${kind}`, 'float', ['positions', 'all']),
    }));
    this.#zero = graph.integers(0);
  }

  protected product(x: GraphValue, { tensor, from, to, bias }: LinearMap): GraphValue {
    const { graph, target } = this;
    const rows = to - from;
    const matrix = {
      type: tensor.type,
      rows,
      columns: x.width,
      read: () => this.weights.readRows(tensor.name, from, rows, this.#read),
    };
    const product = matrixProduct(graph, target, x, matrix);
    return made(bias ? graph.node('Add', [product, graph.floats(bias, [rows])]) : product, rows);
  }

  #unsupported(): never {
    throw new RangeError('Experts, convolutions, recurrences and shared keys run on the engine’s own kernels alone.');
  }

  protected choose(): GraphValue {
    return this.#unsupported();
  }

  protected expertProducts(): GraphValue {
    return this.#unsupported();
  }

  protected convolve(): GraphValue {
    return this.#unsupported();
  }

  protected recur(): GraphValue {
    return this.#unsupported();
  }

  protected every(): GraphValue {
    return this.#unsupported();
  }

  ofTokens(): GraphValue {
    return this.#unsupported();
  }

  protected stretch(x: GraphValue, gain: Float32Array, bias: Float32Array | null): GraphValue {
    const { graph } = this;
    const scaled = graph.node('Mul', [x, graph.floats(gain, [x.width])]);
    return made(bias ? graph.node('Add', [scaled, graph.floats(bias, [x.width])]) : scaled, x.width);
  }

  protected rootMeanSquareNorm(x: GraphValue, gain: Float32Array, perRow: number): GraphValue {
    const { graph, model } = this;
    const norm = (value: OnnxValue) =>
      graph.node('SimplifiedLayerNormalization', [value, graph.floats(gain, [gain.length])], {
        axis: -1,
        epsilon: { float: model.epsilon },
        stash_type: 1,
      });
    if (perRow === 1) return made(norm(x), x.width);
    return made(this.#reshape(norm(this.#reshape(x, 1, -1, perRow, gain.length)), 1, -1, x.width), x.width);
  }

  protected meanNorm(x: GraphValue, gain: Float32Array, bias: Float32Array): GraphValue {
    const { graph, model } = this;
    return made(
      graph.node('LayerNormalization', [x, graph.floats(gain, [x.width]), graph.floats(bias, [x.width])], {
        axis: -1,
        epsilon: { float: model.epsilon },
        stash_type: 1,
      }),
      x.width,
    );
  }

  protected rotate(x: GraphValue, heads: number, rotary: RotaryPositions, kind: number): GraphValue {
    const { angles } = this.#kinds[kind] as KindInputs;
    if (!angles) throw new RangeError(`The model has no rotary positions of kind ${kind}.`);
    const rotated = 2 * rotary.frequencies.length;
    const some = rotated < this.model.headSize ? { rotary_embedding_dim: rotated, num_heads: heads } : {};
    return made(
      this.graph.node(
        'RotaryEmbedding',
        [x, this.#zero, angles.cosine, angles.sine],
        { interleaved: Number(rotary.interleaved), ...some },
        microsoft,
      ),
      x.width,
    );
  }

  protected activate(x: GraphValue, activation: Activation): GraphValue {
    const { graph } = this;
    if (activation === 'silu') return made(graph.node('Mul', [x, graph.node('Sigmoid', [x])]), x.width);
    return made(graph.node(activation === 'gelu' ? 'Gelu' : 'FastGelu', [x], {}, microsoft), x.width);
  }

  protected combine(how: Combination, a: GraphValue, b: GraphValue): GraphValue {
    return made(this.graph.node(how === 'add' ? 'Add' : 'Mul', [a, b]), a.width);
  }

  /** Plain products: the fused operator took twice as long. */
  protected attend(
    queries: GraphValue,
    keys: GraphValue | null,
    values: GraphValue | null,
    { layer, kind, scale, cap }: AttentionStep,
  ): Attended<GraphValue> {
    if (!keys || !values) return this.#unsupported();
    const { graph, model } = this;
    const { heads, keyValueHeads: groups, headSize } = model;
    const width = groups * headSize;
    const transpose = (x: OnnxValue, ...perm: number[]) => graph.node('Transpose', [x], { perm });
    const withPast = (name: string, now: OnnxValue) =>
      graph.node('Concat', [graph.input(`${name}.${layer}`, 'float', ['past', width]), now], { axis: 0 });
    const byGroup = (x: OnnxValue) => transpose(this.#reshape(x, -1, groups, 1, headSize), 1, 2, 0, 3);

    const newKeys = this.#reshape(keys, -1, width);
    const newValues = this.#reshape(values, -1, width);
    const q = transpose(this.#reshape(queries, -1, groups, heads / groups, headSize), 1, 2, 0, 3);
    const k = byGroup(withPast('keys', newKeys));
    const v = byGroup(withPast('values', newValues));

    const product = (factor: number) => scaledProduct(graph, this.target, q, k, factor);
    const scores =
      cap === undefined
        ? product(scale)
        : graph.node('Mul', [graph.node('Tanh', [product(scale / cap)]), graph.floats(Float32Array.of(cap), [1])]);
    const attended = graph.node('Softmax', [graph.node('Add', [scores, (this.#kinds[kind] as KindInputs).mask])], {
      axis: -1,
    });
    const mixed = this.#reshape(transpose(graph.node('MatMul', [attended, v]), 2, 0, 1, 3), 1, -1, heads * headSize);
    return { mixed: made(mixed, heads * headSize), keys: made(newKeys, width), values: made(newValues, width) };
  }

  #reshape(x: OnnxValue, ...shape: number[]): OnnxValue {
    return this.graph.node('Reshape', [x, this.graph.integers(...shape)]);
  }
}

const made = ({ name }: OnnxValue, width: number): GraphValue => ({ name, width });
