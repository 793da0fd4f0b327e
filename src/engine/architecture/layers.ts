import { EngineError } from '../../shared/errors';
import type { GraphBuilder, Value } from '../onnx/graph';
import { Room } from '../room';
import { dequantise } from '../weights/types';
import { tensorOf, type Into, type TensorInfo, type Weights } from '../weights/weights';
import type { Hyperparameters } from './architecture';
import { denseProduct, scaledProduct, storedProduct, type Target } from './products';
import { formOf } from './storedForm';

const microsoft = 'com.microsoft';

export interface LinearOptions {
  /** `quantised` asks for the stored form in small models too. */
  readonly form?: 'dense' | 'quantised';
  /** The part of the weight's rows that is meant, where several matrices lie in one tensor: the first row and the one after the last. */
  readonly rows?: readonly [from: number, to: number];
}

/** Graph inputs that differ between kinds of attention. */
interface KindInputs {
  /** Null where nothing is turned. */
  readonly turns: { readonly cosine: Value; readonly sine: Value } | null;
  readonly mask: Value;
}

/**
 * The words in which an architecture writes its equations. A value is `1 × positions × width`. Tensors are named without `.weight`.
 *
 * The graph's inputs, beside the residual: for each kind of attention `cosine.k` and `sine.k` (`positions × pairs`, the rotary
 * angles of the new positions) and `mask.k` (`positions × all positions`, 0 or −∞), and for each layer the past `keys.l` and
 * `values.l`.
 */
export class LayerBuilder {
  readonly #kinds: readonly KindInputs[];
  readonly #zero: Value;
  /** Of the values that were made here; any other is a residual. */
  readonly #widths = new WeakMap<Value, number>();
  /** Names of the tensors that went into the graph. */
  readonly used = new Set<string>();
  readonly #room = new Room();
  readonly #read: Into = (length) => this.#room.bytes(length);

  constructor(
    readonly graph: GraphBuilder,
    readonly weights: Weights,
    readonly model: Hyperparameters,
    /** Whether every matrix keeps its stored form; see `isLarge`. */
    private readonly large: boolean,
    private readonly target: Target = 'wasm',
  ) {
    this.#kinds = model.attention.map(({ rotary }, kind) => ({
      turns: rotary && {
        cosine: graph.input(`cosine.${kind}`, 'float', ['positions', rotary.turns.length]),
        sine: graph.input(`sine.${kind}`, 'float', ['positions', rotary.turns.length]),
      },
      mask: graph.input(`mask.${kind}`, 'float', ['positions', 'all']),
    }));
    this.#zero = graph.integers(0);
  }

  /** x·Wᵀ, + b where the file has a bias. A quantised weight stays as it is stored where a kernel takes it exactly and `formOf` says that it pays. */
  linear(x: Value, name: string, { form = 'dense', rows: part }: LinearOptions = {}): Value {
    const tensor = this.#tensor(`${name}.weight`);
    const [all = 0, columns = 0] = tensor.shape;
    const [from, to] = part ?? [0, all];
    if (tensor.shape.length !== 2 || columns !== this.#widthOf(x) || to > all) throw misshapen(tensor, `${part ? `at least ${to} ` : ''}rows of ${this.#widthOf(x)} numbers`);
    const matrix = { type: tensor.type, rows: to - from, columns, read: () => this.weights.readRows(tensor.name, from, to - from, this.#read) };
    const stored = formOf(tensor.type, { large: this.large, asked: form === 'quantised' });
    const { graph, target } = this;
    const product = this.#made(stored ? storedProduct(graph, target, x, matrix, stored) : denseProduct(graph, target, x, matrix), to - from);
    const bias = `${name}.bias`;
    return this.weights.tensors.has(bias) ? this.#made(this.graph.node('Add', [product, this.#vector(bias, all, from, to)]), to - from) : product;
  }

  /** gain ⊙ x / √(mean x² + ε), Zhang & Sennrich 2019, arXiv:1910.07467. */
  rmsNorm(x: Value, name: string): Value {
    return this.#rmsNorm(x, name, this.#widthOf(x));
  }

  #rmsNorm(x: Value, name: string, width: number): Value {
    return this.#made(this.graph.node('SimplifiedLayerNormalization', [x, this.#vector(`${name}.weight`, width)], { axis: -1, epsilon: { float: this.model.epsilon }, stash_type: 1 }), width);
  }

  /** gain ⊙ (x − mean x) / √(variance x + ε) + bias, Ba et al. 2016, arXiv:1607.06450. */
  layerNorm(x: Value, name: string): Value {
    const width = this.#widthOf(x);
    return this.#made(this.graph.node('LayerNormalization', [x, this.#vector(`${name}.weight`, width), this.#vector(`${name}.bias`, width)], { axis: -1, epsilon: { float: this.model.epsilon }, stash_type: 1 }), width);
  }

  /** The RMSNorm of each head by itself; all heads share the gain. */
  headNorm(x: Value, name: string, heads: number): Value {
    const { headSize } = this.model;
    return this.#made(this.#reshape(this.#rmsNorm(this.#reshape(x, 1, -1, heads, headSize), name, headSize), 1, -1, heads * headSize), this.#widthOf(x));
  }

  #made(value: Value, width: number): Value {
    this.#widths.set(value, width);
    return value;
  }

  #widthOf(value: Value): number {
    return this.#widths.get(value) ?? this.model.dimensions;
  }

  #tensor(name: string): TensorInfo {
    this.used.add(name);
    return tensorOf(this.weights, name);
  }

  /** `length` is that of the whole tensor. */
  #vector(name: string, length: number, from = 0, to = length): Value {
    const values = vectorOf(this.weights, this.#tensor(name), length).subarray(from, to);
    return this.graph.floats(values, [values.length]);
  }

  /** Rotary positions of the kind of attention, each head's pairs turned together. */
  rotary(x: Value, heads: number, kind = 0): Value {
    const { headSize, attention } = this.model;
    const rotary = attention[kind]?.rotary;
    const turns = this.#kinds[kind]?.turns;
    if (!rotary || !turns) throw new RangeError(`The model has no rotary positions of kind ${kind}.`);
    const rotated = 2 * rotary.turns.length;
    const some = rotated < headSize ? { rotary_embedding_dim: rotated, num_heads: heads } : {};
    return this.#made(this.graph.node('RotaryEmbedding', [x, this.#zero, turns.cosine, turns.sine], { interleaved: Number(rotary.interleaved), ...some }, microsoft), this.#widthOf(x));
  }

  silu(x: Value): Value {
    return this.multiply(x, this.#made(this.graph.node('Sigmoid', [x]), this.#widthOf(x)));
  }

  /** x·Φ(x), Hendrycks & Gimpel 2016, arXiv:1606.08415; with `tanh` their approximation, which some models are trained with. */
  gelu(x: Value, form: 'erf' | 'tanh'): Value {
    return this.#made(this.graph.node(form === 'erf' ? 'Gelu' : 'FastGelu', [x], {}, microsoft), this.#widthOf(x));
  }

  add(a: Value, b: Value): Value {
    return this.#together('Add', a, b);
  }

  multiply(a: Value, b: Value): Value {
    return this.#together('Mul', a, b);
  }

  /** The runtime would take a vector of one number for one of any length. */
  #together(operator: string, a: Value, b: Value): Value {
    const [width, other] = [this.#widthOf(a), this.#widthOf(b)];
    if (width !== other) throw new EngineError('model-damaged', `Vectors of ${width} and of ${other} numbers meet in a layer of the model; equal ones were expected. Choose another model file.`);
    return this.#made(this.graph.node(operator, [a, b]), width);
  }

  /**
   * softmax(scale · q·kᵀ + mask)·v, with each key-value head serving several query heads (Ainslie et al. 2023,
   * arXiv:2305.13245). Plain products: the fused operator took twice as long.
   */
  attention(layer: number, queries: Value, keys: Value, values: Value, kind = 0): { mixed: Value; keys: Value; values: Value } {
    const { graph, model } = this;
    const groups = model.keyValueHeads;
    const width = groups * model.headSize;
    const found = [queries, keys, values].map((value) => this.#widthOf(value));
    const expected = [model.heads * model.headSize, width, width];
    if (found.join() !== expected.join()) throw new EngineError('model-damaged', `Layer ${layer} of the model has queries, keys and values of ${found.join(', ')} numbers; ${expected.join(', ')} were expected. Choose another model file.`);
    const transpose = (x: Value, ...perm: number[]) => graph.node('Transpose', [x], { perm });

    const rows = (x: Value) => this.#reshape(x, -1, width);
    const withPast = (name: string, now: Value) => graph.node('Concat', [graph.input(`${name}.${layer}`, 'float', ['past', width]), now], { axis: 0 });
    const byGroup = (x: Value) => transpose(this.#reshape(x, -1, groups, 1, model.headSize), 1, 2, 0, 3);

    const newKeys = rows(keys);
    const newValues = rows(values);
    const q = transpose(this.#reshape(queries, -1, groups, model.heads / groups, model.headSize), 1, 2, 0, 3);
    const k = byGroup(withPast('keys', newKeys));
    const v = byGroup(withPast('values', newValues));

    const scale = model.scoreScale ?? 1 / Math.sqrt(model.headSize);
    const cap = model.scoreCap;
    const product = (factor: number) => scaledProduct(graph, this.target, q, k, factor);
    const scores = cap === undefined ? product(scale) : graph.node('Mul', [graph.node('Tanh', [product(scale / cap)]), graph.floats(Float32Array.of(cap), [1])]);
    const attended = graph.node('Softmax', [graph.node('Add', [scores, (this.#kinds[kind] as KindInputs).mask])], { axis: -1 });
    const mixed = this.#reshape(transpose(graph.node('MatMul', [attended, v]), 2, 0, 1, 3), 1, -1, model.heads * model.headSize);
    return { mixed: this.#made(mixed, model.heads * model.headSize), keys: newKeys, values: newValues };
  }

  #reshape(x: Value, ...shape: number[]): Value {
    return this.graph.node('Reshape', [x, this.graph.integers(...shape)]);
  }
}

/** A whole tensor as float32, exactly dequantised. */
export function floats(weights: Weights, tensor: TensorInfo): Float32Array {
  const values = new Float32Array(tensor.shape.reduce((product: number, size: number) => product * size, 1));
  dequantise(tensor.type, weights.read(tensor.name), values);
  return values;
}

/** A vector of this length. Throws `EngineError('model-damaged')` for any other tensor, before it is read. */
export function vectorOf(weights: Weights, tensor: TensorInfo, length: number): Float32Array {
  checkVector(tensor, length);
  return floats(weights, tensor);
}

export function checkVector(tensor: TensorInfo, length: number): void {
  if (tensor.shape.length !== 1 || tensor.shape[0] !== length) throw misshapen(tensor, `${length} numbers`);
}

const misshapen = ({ name, shape }: TensorInfo, expected: string): EngineError =>
  new EngineError('model-damaged', `The tensor ${name} has the shape ${shape.join(' × ')}; ${expected} were expected. Choose another model file.`);
