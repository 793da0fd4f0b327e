import type { GraphBuilder} from '../onnx/graph';
import { type Value } from '../onnx/graph';
import { Room } from '../room';
import { dequantise } from '../weights/types';
import { tensorOf, type Into, type TensorInfo, type Weights } from '../weights/weights';
import type { Hyperparameters } from './architecture';
import { fourBit, hasFourBitForm } from './fourBit';

const microsoft = 'com.microsoft';

/**
 * The words in which an architecture writes its equations. A value is `1 × positions × width`.
 *
 * The graph's inputs, beside the residual: `cosine` and `sine` (`positions × headSize / 2`, the rotary angles of the new
 * positions), `mask` (`positions × all positions`, 0 or −∞), and for each layer the past `keys.l` and `values.l`.
 */
export class LayerBuilder {
  readonly #cosine: Value;
  readonly #sine: Value;
  readonly #mask: Value;
  readonly #zero: Value;
  /** Names of the tensors that went into the graph. */
  readonly used = new Set<string>();
  readonly #room = new Room();
  readonly #read: Into = (length) => this.#room.bytes(length);

  constructor(
    readonly graph: GraphBuilder,
    readonly weights: Weights,
    readonly model: Hyperparameters,
  ) {
    this.#cosine = graph.input('cosine', 'float', ['positions', model.headSize / 2]);
    this.#sine = graph.input('sine', 'float', ['positions', model.headSize / 2]);
    this.#mask = graph.input('mask', 'float', ['positions', 'all']);
    this.#zero = graph.integers(0);
  }

  /**
   * x·Wᵀ. A quantised weight keeps its 4 bits where a kernel takes them exactly: it costs a little time at any length and
   * saves most of the memory, which pays for the widest matrices only.
   */
  linear(x: Value, name: string, form: 'dense' | 'quantised' = 'dense'): Value {
    const tensor = this.#tensor(name);
    const [rows = 0, columns = 0] = tensor.shape;
    if (form === 'quantised' && hasFourBitForm(tensor.type)) {
      const blocks = rows * (columns / 32);
      const packed = once(() => fourBit(tensor, this.weights.read(name, this.#read)));
      const inputs = [
        this.graph.weight('uint8', [rows, columns / 32, 16], (into) => into.set(packed().nibbles)),
        this.graph.weight('float', [blocks], (into) => into.set(bytesOf(packed().scales))),
        this.graph.weight('float', [blocks], (into) => into.set(bytesOf(packed().zeroPoints))),
      ];
      return this.graph.node('MatMulNBits', [x, ...inputs], { K: columns, N: rows, bits: 4, block_size: 32 }, microsoft);
    }
    const weight = this.graph.weight('float', [rows, columns], (into) => dequantise(tensor.type, this.weights.read(name, this.#read), floatsOf(into)));
    return this.graph.node('FusedMatMul', [x, weight], { transB: 1 }, microsoft);
  }

  /** gain ⊙ x / √(mean x² + ε), Zhang & Sennrich 2019, arXiv:1910.07467. */
  rmsNorm(x: Value, name: string): Value {
    const gain = this.graph.floats(floats(this.weights, this.#tensor(name)), [this.model.dimensions]);
    return this.graph.node('SimplifiedLayerNormalization', [x, gain], { axis: -1, epsilon: { float: this.model.epsilon }, stash_type: 1 });
  }

  #tensor(name: string): TensorInfo {
    this.used.add(name);
    return tensorOf(this.weights, name);
  }

  /** Rotary positions (Su et al. 2021, arXiv:2104.09864), each pair of neighbouring rows turned together. */
  rotary(x: Value): Value {
    return this.graph.node('RotaryEmbedding', [x, this.#zero, this.#cosine, this.#sine], { interleaved: 1 }, microsoft);
  }

  silu(x: Value): Value {
    return this.multiply(x, this.graph.node('Sigmoid', [x]));
  }

  add(a: Value, b: Value): Value {
    return this.graph.node('Add', [a, b]);
  }

  multiply(a: Value, b: Value): Value {
    return this.graph.node('Mul', [a, b]);
  }

  /**
   * softmax(q·kᵀ / √headSize + mask)·v, with each key-value head serving several query heads (Ainslie et al. 2023,
   * arXiv:2305.13245). Plain products: the fused operator took twice as long.
   */
  attention(layer: number, queries: Value, keys: Value, values: Value): { mixed: Value; keys: Value; values: Value } {
    const { graph, model } = this;
    const groups = model.keyValueHeads;
    const width = groups * model.headSize;
    const reshape = (x: Value, ...shape: number[]) => graph.node('Reshape', [x, graph.integers(...shape)]);
    const transpose = (x: Value, ...perm: number[]) => graph.node('Transpose', [x], { perm });

    const rows = (x: Value) => reshape(x, -1, width);
    const withPast = (name: string, now: Value) => graph.node('Concat', [graph.input(`${name}.${layer}`, 'float', ['past', width]), now], { axis: 0 });
    const byGroup = (x: Value) => transpose(reshape(x, -1, groups, 1, model.headSize), 1, 2, 0, 3);

    const newKeys = rows(keys);
    const newValues = rows(values);
    const q = transpose(reshape(queries, -1, groups, model.heads / groups, model.headSize), 1, 2, 0, 3);
    const k = byGroup(withPast('keys', newKeys));
    const v = byGroup(withPast('values', newValues));

    const scores = graph.node('FusedMatMul', [q, k], { transB: 1, alpha: { float: 1 / Math.sqrt(model.headSize) } }, microsoft);
    const attended = graph.node('Softmax', [this.add(scores, this.#mask)], { axis: -1 });
    const mixed = reshape(transpose(graph.node('MatMul', [attended, v]), 2, 0, 1, 3), 1, -1, model.heads * model.headSize);
    return { mixed, keys: newKeys, values: newValues };
  }
}

/** A whole tensor as float32, exactly dequantised. */
export function floats(weights: Weights, tensor: TensorInfo): Float32Array {
  const values = new Float32Array(tensor.shape.reduce((product: number, size: number) => product * size, 1));
  dequantise(tensor.type, weights.read(tensor.name), values);
  return values;
}

/** The same memory seen as float32. */
export const floatsOf = (bytes: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> => new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

const bytesOf = (values: Float32Array): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
