import type { RecurrenceSizes, Combination } from '../kernels/layerProgram';
import { unreadField, wrongField } from '../weights/damaged';
import { dequantised } from '../weights/types/types';
import { type TensorInfo, tensorOf, type ThinProduct, type Weights, wrongShape } from '../weights/weights';
import type { Activation, Experts, Hyperparameters, RotaryPositions } from './hyperparameters';

/** A vector at every position while the layers run: `positions × width`. */
export interface LayerValue {
  readonly width: number;
}

interface LinearOptions {
  /** First row and row after the last, if several matrices share a tensor. */
  readonly rows?: readonly [from: number, to: number];
}

/** The matrix and bias of a linear map: some rows of a tensor. Of experts those of the first; the others follow. */
export interface LinearMap {
  readonly tensor: TensorInfo;
  readonly from: number;
  readonly to: number;
  /** to − from long; `null` if the file has none. */
  readonly bias: Float32Array | null;
}

/** Whether queries and keys are normed, and the heads of a position each by itself or together. */
export type HeadNorms = boolean | 'together';

export interface AttentionStep {
  readonly layer: number;
  /** Index of the model's kind of attention. */
  readonly kind: number;
  readonly headSize: number;
  readonly keyValueHeads: number;
  /** The layer that has the keys and values. */
  readonly keysFrom: number;
  readonly window: number;
  /** The factor of the scores q·k. */
  readonly scale: number;
  /** The cap c of the scores s: c·tanh(s/c). */
  readonly cap: number | undefined;
  /** A score without a key for each head: it takes its share of the softmax and gives nothing (gpt-oss). */
  readonly sinks: Float32Array | null;
}

/** What attention gives, and the keys and values of the layer, if it has its own. */
export interface Attended<V> {
  readonly mixed: V;
  readonly keys?: V;
  readonly values?: V;
}

/** What a text keeps of its tokens: the residual that they make, as of layer 0, and the vectors of each layer. */
export type OfTokens = 'entered' | 'beside';

export interface ConvolutionStep {
  readonly layer: number;
  /** Of each column the factors of the last positions, its own last: width × taps. */
  readonly kernel: Float32Array;
  readonly taps: number;
}

export interface RecurrenceStep {
  readonly layer: number;
  readonly sizes: RecurrenceSizes;
  /** A number for each head: the decay is e^(rate · ln(1 + e^(α + bias))). */
  readonly rates: Float32Array;
  readonly bias: Float32Array;
}

/**
 * The operations in which an architecture states its equations. Subclasses turn them into kernel steps, plain float64
 * arithmetic or what another backend runs. Shapes are checked here for all of them. Tensors are named without
 * `.weight`.
 */
export abstract class LayerBuilder<V extends LayerValue = LayerValue> {
  readonly used = new Set<string>();

  protected constructor(
    readonly weights: Weights,
    readonly model: Hyperparameters,
  ) {}

  /** x·Wᵀ, + b if the file has a bias. */
  linear(x: V, name: string, { rows: part }: LinearOptions = {}): V {
    const tensor = this.#tensor(`${name}.weight`);
    const [all = 0, columns = 0] = tensor.shape;
    const [from, to] = part ?? [0, all];
    if (tensor.shape.length !== 2 || columns !== x.width || to > all)
      throw wrongShape(tensor, `${part ? `≥ ${to}` : 'n'} × ${x.width}`);
    const bias = `${name}.bias`;
    const map = {
      tensor,
      from,
      to,
      bias: this.weights.tensors.has(bias) ? this.#vector(bias, all).subarray(from, to) : null,
    };
    const thin = this.weights.thin?.get(tensor.name);
    return thin ? this.#besides(x, map, thin) : this.product(x, map);
  }

  #besides(x: V, map: LinearMap, { down, up, scale, factors }: ThinProduct): V {
    const { from, to, bias } = map;
    const rank = down.shape[0] as number;
    const entered = this.product(x, { tensor: down, from: 0, to: rank, bias: null });
    const scaled = this.stretch(entered, new Float32Array(rank).fill(scale), null);
    const added = this.product(scaled, { tensor: up, from, to, bias: null });
    if (!factors) return this.add(this.product(x, map), added);
    // The factors are of the rows, not of the bias.
    const own = this.stretch(this.product(x, { ...map, bias: null }), factors.own.subarray(from, to), bias);
    return this.add(own, this.stretch(added, factors.added.subarray(from, to), null));
  }

  /** gain ⊙ x / √(mean x² + ε), Zhang & Sennrich 2019, arXiv:1910.07467. */
  rmsNorm(x: V, name: string, ending = 'weight'): V {
    return this.rootMeanSquareNorm(x, this.#vector(`${name}.${ending}`, x.width), 1);
  }

  /** An RMSNorm of each head. All heads share the gain, which may be none. */
  headNorm(x: V, name: string | null, heads: number): V {
    const size = x.width / heads;
    const gain = name === null ? new Float32Array(size).fill(1) : this.#vector(`${name}.weight`, size);
    return this.rootMeanSquareNorm(x, gain, heads);
  }

  /** gain ⊙ (x − mean x) / √(variance x + ε) + bias, Ba et al. 2016, arXiv:1607.06450. Some families have no bias. */
  layerNorm(x: V, name: string, hasBias = true): V {
    const bias = hasBias ? this.#vector(`${name}.bias`, x.width) : new Float32Array(x.width);
    return this.meanNorm(x, this.#vector(`${name}.weight`, x.width), bias);
  }

  rotary(x: V, heads: number, kind = 0): V {
    const rotary = this.model.attention[kind]?.rotary;
    if (!rotary) throw new RangeError(`The model has no rotary positions of kind ${kind}.`);
    return this.rotate(x, heads, rotary, kind);
  }

  /** Queries or keys of x, rotated if this kind of attention is. Some families norm heads before, each or together. */
  rotatedHeads(x: V, name: string, heads: number, areNormed: HeadNorms, kind = 0): V {
    const rows = this.linear(x, name);
    const norm = `${name}_norm`;
    const normed =
      areNormed === 'together' ? this.rmsNorm(rows, norm) : areNormed ? this.headNorm(rows, norm, heads) : rows;
    return this.model.attention[kind]?.rotary === null ? normed : this.rotary(normed, heads, kind);
  }

  scaled(x: V, factor = 1): V {
    return factor === 1 ? x : this.stretch(x, new Float32Array(x.width).fill(factor), null);
  }

  /** Times a number of the file, if it has that. */
  scaledBy(x: V, name: string): V {
    return this.weights.tensors.has(name) ? this.scaled(x, this.#vector(name, 1)[0]) : x;
  }

  silu(x: V): V {
    return this.activate(x, 'silu');
  }

  /**
   * x·Φ(x), or with `tanh` the approximation that some models are trained with (Hendrycks & Gimpel 2016,
   * arXiv:1606.08415).
   */
  gelu(x: V, form: 'erf' | 'tanh'): V {
    return this.activate(x, form === 'erf' ? 'gelu' : 'gelu-tanh');
  }

  add(a: V, b: V): V {
    return this.combine('add', ...sameWidth(a, b));
  }

  multiply(a: V, b: V): V {
    return this.combine('multiply', ...sameWidth(a, b));
  }

  /**
   * softmax(scale · q·kᵀ)·v, with each key-value head serving several query heads (Ainslie et al. 2023,
   * arXiv:2305.13245). Without keys and values a layer reads an earlier one's.
   */
  attention(layer: number, queries: V, keys: V | null, values: V | null, kind = 0): Attended<V> {
    const { heads, scoreScale, scoreCap, attention, keysFrom, hasSinks } = this.model;
    const { window = Infinity, headSize, keyValueHeads } = { ...this.model, ...attention[kind] };
    const found = [queries, ...(keys && values ? [keys, values] : [])].map(({ width }) => width);
    const expected = [heads, keyValueHeads, keyValueHeads].map((count) => count * headSize).slice(0, found.length);
    if (found.join() !== expected.join())
      throw wrongField(`blk.${layer} (q, k, v)`, found.join(', '), expected.join(', '));
    return this.attend(queries, keys, values, {
      layer,
      kind,
      headSize,
      keyValueHeads,
      keysFrom: keysFrom?.[layer] ?? layer,
      window,
      scale: scoreScale ?? 1 / Math.sqrt(headSize),
      cap: scoreCap,
      sinks: hasSinks ? this.#vector(`blk.${layer}.attn_sinks.weight`, heads) : null,
    });
  }

  /** A convolution of each column of x by itself over the last positions. */
  convolution(layer: number, x: V, name: string): V {
    const { taps = 1 } = this.model;
    const tensor = this.#tensor(`${name}.weight`);
    if (tensor.shape.join(' × ') !== `${x.width} × ${taps}`) throw wrongShape(tensor, `${x.width} × ${taps}`);
    if (this.weights.thin?.has(tensor.name)) throw unreadField(`${tensor.name} (adapter)`, 'LoRA', 'null');
    return this.convolve(x, { layer, kernel: floats(this.weights, tensor), taps });
  }

  /**
   * The gated delta rule (Yang et al. 2024, arXiv:2412.06464): with queries, keys and values beside each other in x, a
   * head's state S decays by e^g, then takes k δᵀ with δ = β (v − Sᵀk), and gives Sᵀq. g = rate · ln(1 + e^(α + bias)).
   */
  recurrence(layer: number, x: V, alpha: V, beta: V): V {
    const { recurrence: sizes } = this.model;
    if (!sizes) throw new RangeError('The model has no recurrences.');
    const { heads, keyHeads, keySize, valueSize } = sizes;
    const found = [x, alpha, beta].map(({ width }) => width);
    const expected = [2 * keyHeads * keySize + heads * valueSize, heads, heads];
    if (found.join() !== expected.join())
      throw wrongField(`blk.${layer} (q + k + v, α, β)`, found.join(', '), expected.join(', '));
    const [rates, bias] = ['ssm_a', 'ssm_dt.bias'].map((name) => this.#vector(`blk.${layer}.${name}`, heads)) as [
      Float32Array,
      Float32Array,
    ];
    const growing = rates.find((rate) => !(rate <= 0));
    if (growing !== undefined) throw wrongField(`blk.${layer}.ssm_a`, growing, '≤ 0');
    return this.recur(x, alpha, beta, { layer, sizes, rates, bias });
  }

  /** Every other `size` numbers of x, from the first on or from the second. */
  pick(x: V, size: number, which: 0 | 1): V {
    if (x.width % (2 * size) !== 0) throw wrongField('blk (width)', x.width, `${2 * size}n`);
    return this.every(x, size, which);
  }

  /** a ⊙ σ(b). */
  sigmoidGated(a: V, b: V): V {
    return this.combine('sigmoidGate', ...sameWidth(a, b));
  }

  /**
   * The sum of the gated feed-forward parts of the experts that a router chooses, by its probabilities (Shazeer et al.
   * 2017, arXiv:1701.06538). `routed` is what the router reads; a factor of each expert multiplies its probability.
   */
  experts(x: V, layer: number, routed = x): V {
    const { experts, dimensions } = this.model;
    if (!experts) throw new RangeError('The model has no experts.');
    const part = (name: string) => `blk.${layer}.ffn_${name}`;
    const logits = this.linear(routed, part('gate_inp'));
    if (logits.width !== experts.count) throw wrongField(`${part('gate_inp')} (experts)`, logits.width, experts.count);
    const chosen = this.choose(logits, experts);
    const factors = part('down_exps.scale');
    const shares = this.weights.tensors.has(factors)
      ? this.stretch(chosen, this.#vector(factors, experts.count), null)
      : chosen;
    const { width, gates = 'silu' } = experts;
    const entered = (name: string, rows = width) =>
      this.expertProducts(x, shares, this.#expertMap(part(name), experts, rows, x.width), false);
    const isFused = this.weights.tensors.has(part('gate_up_exps.weight'));
    const both = isFused ? entered('gate_up_exps', 2 * width) : null;
    const gate = both ? this.pick(both, width, 0) : entered('gate_exps');
    const up = both ? this.pick(both, width, 1) : entered('up_exps');
    const gated =
      gates === 'clamped' ? this.combine('clampedGate', gate, up) : this.multiply(this.activate(gate, gates), up);
    const down = this.#expertMap(part('down_exps'), experts, dimensions, experts.width);
    return this.expertProducts(gated, shares, down, true);
  }

  #expertMap(name: string, { count }: Experts, rows: number, columns: number): LinearMap {
    const tensor = this.#tensor(`${name}.weight`);
    const expected = `${count} × ${rows} × ${columns}`;
    if (tensor.shape.join(' × ') !== expected) throw wrongShape(tensor, expected);
    return { tensor, from: 0, to: rows, bias: this.#expertBias(name, `${count} × ${rows}`) };
  }

  #expertBias(name: string, expected: string): Float32Array | null {
    const bias = this.weights.tensors.get(`${name}.bias`);
    if (!bias) return null;
    if (bias.shape.join(' × ') !== expected) throw wrongShape(bias, expected);
    return floats(this.weights, this.#tensor(bias.name));
  }

  protected abstract product(x: V, map: LinearMap): V;
  /** The share of each expert, `count` wide: 0 for those that are not chosen. */
  protected abstract choose(logits: V, experts: Experts): V;
  /**
   * The products of the experts whose share is not 0, beside each other in their order: x is one vector for all, or
   * with `joins` one beside the other, and the products are summed by the shares.
   */
  protected abstract expertProducts(x: V, shares: V, map: LinearMap, joins: boolean): V;
  /** gain ⊙ x + bias. */
  protected abstract stretch(x: V, gain: Float32Array, bias: Float32Array | null): V;
  /** Norms each of `perRow` parts of a row by itself. */
  protected abstract rootMeanSquareNorm(x: V, gain: Float32Array, perRow: number): V;
  protected abstract meanNorm(x: V, gain: Float32Array, bias: Float32Array): V;
  protected abstract rotate(x: V, heads: number, rotary: RotaryPositions, kind: number): V;
  protected abstract activate(x: V, activation: Activation): V;
  protected abstract combine(how: Combination, a: V, b: V): V;
  abstract ofTokens(kind: OfTokens, layer: number, width: number): V;
  protected abstract convolve(inputs: V, step: ConvolutionStep): V;
  protected abstract recur(mixed: V, alpha: V, beta: V, step: RecurrenceStep): V;
  protected abstract every(x: V, size: number, which: 0 | 1): V;
  /** Without keys and values those of the layer `keysFrom`. */
  protected abstract attend(queries: V, keys: V | null, values: V | null, step: AttentionStep): Attended<V>;

  #tensor(name: string): TensorInfo {
    this.used.add(name);
    return tensorOf(this.weights, name);
  }

  /** `length` is the length of the whole tensor. */
  #vector(name: string, length: number): Float32Array {
    return tensorVector(this.weights, this.#tensor(name), length);
  }
}

function sameWidth<V extends LayerValue>(a: V, b: V): [V, V] {
  if (a.width === b.width) return [a, b];
  throw wrongField('blk (width)', b.width, a.width);
}

/** A whole tensor as float32, exactly dequantised. */
export const floats = (weights: Weights, tensor: TensorInfo): Float32Array =>
  dequantised(tensor.type, weights.read(tensor.name));

/** A vector of this length. Throws `EngineError('model-damaged')` for any other tensor, without reading it. */
export function tensorVector(weights: Weights, tensor: TensorInfo, length: number): Float32Array {
  checkVector(tensor, length);
  return floats(weights, tensor);
}

export function checkVector(tensor: TensorInfo, length: number): void {
  if (tensor.shape.length !== 1 || tensor.shape[0] !== length) throw wrongShape(tensor, String(length));
}
