import { modelUnsupported, type EngineError } from '../../shared/errors';
import type { Architecture } from '../architecture/architecture';
import type { Activation, Experts, Hyperparameters, RotaryPositions } from '../architecture/hyperparameters';
import type { AttentionStep, ConvolutionStep, LinearMap, RecurrenceStep } from '../architecture/layers';
import { dot, row } from '../arrays/vectors';
import type { Combination } from '../kernels/layerProgram';
import type { Weights } from '../weights/weights';
import type { Kept } from './layerSteps';
import { addedUp, convolutionParts, stateParts } from './mixers';
import { PlainLayers, PlainValue } from './plainLayers';
import type { MatrixProducts } from './products';
import type { TrunkStore } from './trunk';

/** The product at the end of a part of a layer, and the gain of the norm after it, which some families have. */
export interface OutputProduct {
  readonly entered: PlainValue;
  readonly map: LinearMap;
  readonly gain: Float32Array | null;
  /** The factor of the sum where no norm follows, which some families have. */
  readonly factor: number;
}

export interface AttentionReading {
  /** As the scores meet them: rotated where the family rotates. */
  readonly queries: PlainValue;
  readonly unrotated: PlainValue;
  /** `null` where nothing is rotated. */
  readonly rotary: RotaryPositions | null;
  readonly step: AttentionStep;
  /** The outputs of the heads, and what gates them, which few families have. */
  readonly mixed: PlainValue;
  readonly gate: PlainValue | null;
  readonly output: OutputProduct;
}

/** A feed-forward part: what each of its neurons reads, and how much it fired. */
export interface FeedForwardReading {
  /** What every neuron reads: the normed residual, or the residual itself where no norm precedes the part. */
  readonly normed: PlainValue;
  /** The gain of that norm, ones without it, and whether it centres. */
  readonly gain: Float32Array;
  readonly centres: boolean;
  /** The rows under the activation; `null` in families without gates, whose activation is on `up`. */
  readonly gate: LinearMap | null;
  readonly up: LinearMap;
  readonly activation: Activation;
  readonly fired: PlainValue;
  readonly output: OutputProduct;
  /** What all neurons add. */
  readonly added: PlainValue;
}

/** A feed-forward part made of experts. */
export interface ExpertsReading {
  /** What the router reads. */
  readonly routed: PlainValue;
  /** `null` if the logits are not those of one matrix: an adapter adds to it. */
  readonly router: LinearMap | null;
  readonly logits: PlainValue;
  /** The share of each expert, 0 for those that did not run; before a factor of its own that an expert may have. */
  readonly chosen: PlainValue;
  /** The whole part, where neurons beside the experts run everywhere. */
  readonly whole: PlainValue | null;
  /** What the experts add to the residual, `at` the positions that chose them. */
  added(): Generator<{
    readonly expert: number;
    readonly at: number;
    readonly share: number;
    readonly added: Float64Array;
  }>;
}

/**
 * What positions bring to the output product of a layer's first part at one of them: that one is the last. The parts
 * sum to all of it.
 */
export interface MixedParts {
  readonly output: OutputProduct;
  readonly parts: readonly Float64Array[];
}

/** The products of a layer. */
export interface LayerReading {
  /** What attention, or another mixer, adds to the residual. */
  readonly added: PlainValue;
  /** Throws a `RangeError` if the layer has another mixer, or if attention does not end in a product of the heads. */
  attention(): AttentionReading;
  /**
   * Throws a `RangeError` if the part is not made of neurons, `EngineError('model-unsupported')` for a
   * mixture of experts.
   */
  feedForward(): FeedForwardReading;
  /** Throws a `RangeError` if the part is not made of experts. */
  experts(): ExpertsReading;
  /**
   * Of a convolution or a recurrence, at the first of the positions. Throws a `RangeError` for attention, and if more
   * than a product ends the part.
   */
  sources(): MixedParts;
}

/** The error where the neurons of a mixture are asked for. */
export const neuronless = (): EngineError =>
  modelUnsupported`The model is a mixture of experts, and its neurons are not taken apart. Ask for its experts instead.`;

type Made =
  | { readonly kind: 'product'; readonly x: PlainValue; readonly map: LinearMap }
  | { readonly kind: 'norm'; readonly x: PlainValue; readonly gain: Float32Array; readonly centres: boolean }
  | { readonly kind: 'rotation'; readonly x: PlainValue; readonly rotary: RotaryPositions }
  | { readonly kind: 'activation'; readonly x: PlainValue; readonly activation: Activation }
  | { readonly kind: 'stretched'; readonly x: PlainValue; readonly gain: Float32Array }
  | { readonly kind: 'chosen'; readonly logits: PlainValue }
  | { readonly kind: 'joined'; readonly x: PlainValue; readonly shares: PlainValue; readonly map: LinearMap }
  | { readonly kind: 'added' | 'gated' | 'sigmoidGated'; readonly a: PlainValue; readonly b: PlainValue };

/** The sum of the experts' outputs, and the factors with which a part has it: those of norms hold at this position. */
interface Summed {
  readonly x: PlainValue;
  readonly shares: PlainValue;
  readonly map: LinearMap;
  factorsAt(i: number): Float64Array;
}

/** Reads from a family's equations what a layer multiplies. A value is computed when it is first read. */
export class LayerReader extends PlainLayers {
  readonly #made = new Map<PlainValue, Made>();
  /** What a mixer sums over positions. */
  #sum: { readonly value: PlainValue; parts(i: number): Float64Array[] } | undefined;
  #attended: { readonly queries: PlainValue; readonly mixed: PlainValue; readonly step: AttentionStep } | undefined;

  constructor(
    weights: Weights,
    model: Hyperparameters,
    position: number,
    private readonly products: MatrixProducts,
    /** What mixers keep, for positions that are not read here. */
    private readonly store?: Pick<TrunkStore, 'kept'>,
  ) {
    super(weights, model, position);
  }

  read(architecture: Architecture, residual: PlainValue, layer: number): LayerReading {
    const { attention, feedForward, fromNeurons = feedForward } = architecture.layer(this, residual, layer);
    return {
      added: attention,
      attention: () => this.#attention(architecture, attention),
      feedForward: () => this.#feedForward(architecture, fromNeurons),
      experts: () => this.#experts(architecture, fromNeurons),
      sources: () => this.#sources(architecture, attention),
    };
  }

  #attention({ name }: Architecture, added: PlainValue): AttentionReading {
    const output = this.#output(added);
    const attended = this.#attended;
    const gated = output && this.#made.get(output.entered);
    const gate = gated?.kind === 'sigmoidGated' ? gated.b : null;
    if (!output || !attended || (gated?.kind === 'sigmoidGated' ? gated.a : output.entered) !== attended.mixed)
      throw new RangeError(`The attention of ${name} ends in another step than an output product and a norm.`);
    const { queries, mixed, step } = attended;
    const made = this.#made.get(queries);
    const turned = made?.kind === 'rotation' ? made : undefined;
    return { queries, mixed, gate, step, output, unrotated: turned?.x ?? queries, rotary: turned?.rotary ?? null };
  }

  #feedForward({ name }: Architecture, added: PlainValue): FeedForwardReading {
    if (this.model.experts) throw neuronless();
    const output = this.#output(added);
    const fired = output && this.#made.get(output.entered);
    const [one, other] = fired?.kind === 'gated' ? [fired.a, fired.b].map((value) => this.#made.get(value)) : [fired];
    const [active, plain] = one?.kind === 'activation' ? [one, other] : [other, one];
    const under = active?.kind === 'activation' ? this.#made.get(active.x) : undefined;
    const up = fired?.kind === 'gated' ? plain : under;
    const norm = under?.kind === 'product' ? this.#made.get(under.x) : undefined;
    if (!output || active?.kind !== 'activation' || under?.kind !== 'product' || up?.kind !== 'product')
      throw new RangeError(`The feed-forward part of ${name} is not made of neurons.`);
    const isNormed = norm?.kind === 'norm';
    return {
      normed: under.x,
      gain: isNormed ? norm.gain : new Float32Array(under.x.width).fill(1),
      centres: isNormed && norm.centres,
      gate: up === under ? null : under.map,
      up: up.map,
      activation: active.activation,
      fired: output.entered,
      output,
      added,
    };
  }

  #experts({ name }: Architecture, added: PlainValue): ExpertsReading {
    const summed = this.#summed(added);
    const last = summed && this.#made.get(summed.shares);
    const chosen = last?.kind === 'stretched' ? last.x : summed?.shares;
    const made = chosen && this.#made.get(chosen);
    if (!summed || !chosen || made?.kind !== 'chosen')
      throw new RangeError(`The feed-forward part of ${name} is not made of experts.`);
    const { x, shares, map, factorsAt } = summed;
    const { logits } = made;
    const router = this.#made.get(logits);
    const outputs = () => this.eachExpert(x, shares, map, true);
    return {
      ...(router?.kind === 'product' ? { routed: router.x, router: router.map } : { routed: logits, router: null }),
      logits,
      chosen,
      whole: this.model.experts?.hasDense ? added : null,
      *added() {
        const factors = x.rows.map((_, i) => factorsAt(i));
        for (const { expert, at, share, row: output } of outputs())
          yield { expert, at, share, added: output.map((value, j) => share * value * (factors[at]?.[j] as number)) };
      },
    };
  }

  #summed(value: PlainValue): Summed | undefined {
    const made = this.#made.get(value);
    if (made?.kind === 'joined') return { ...made, factorsAt: () => new Float64Array(value.width).fill(1) };
    if (made?.kind === 'added') return this.#summed(made.a) ?? this.#summed(made.b);
    if (made?.kind !== 'norm' && made?.kind !== 'stretched') return undefined;
    const under = this.#summed(made.x);
    if (!under) return undefined;
    const { epsilon } = this.model;
    const scaleAt = (row: Float64Array) =>
      made.kind === 'norm' ? 1 / Math.sqrt(dot(row, row) / row.length + epsilon) : 1;
    const factorsAt = (i: number) => {
      const scale = scaleAt(made.x.rows[i] as Float64Array);
      return under.factorsAt(i).map((factor, j) => factor * scale * (made.gain[j] as number));
    };
    return { ...under, factorsAt };
  }

  #output(value: PlainValue): OutputProduct | undefined {
    const made = this.#made.get(value);
    const product = made?.kind === 'norm' || made?.kind === 'stretched' ? this.#made.get(made.x) : made;
    if (product?.kind !== 'product') return undefined;
    return {
      entered: product.x,
      map: product.map,
      gain: made?.kind === 'norm' ? made.gain : null,
      factor: made?.kind === 'stretched' ? (made.gain[0] as number) : 1,
    };
  }

  protected override attend(
    queries: PlainValue,
    keys: PlainValue | null,
    values: PlainValue | null,
    step: AttentionStep,
  ) {
    const attended = super.attend(queries, keys, values, step);
    this.#attended = { queries, mixed: attended.mixed, step };
    return attended;
  }

  protected override convolve(inputs: PlainValue, step: ConvolutionStep): PlainValue {
    const { store } = this;
    if (!store?.kept) return super.convolve(inputs, step);
    const { width } = inputs;
    return this.#mix(inputs, width, (_, position) => {
      const all = store.kept?.('inputs', step.layer) as Float32Array;
      return convolutionParts(step, position, (at) => row(all, at, width));
    });
  }

  protected override recur(mixed: PlainValue, alpha: PlainValue, beta: PlainValue, step: RecurrenceStep): PlainValue {
    const { store } = this;
    if (!store?.kept) return super.recur(mixed, alpha, beta, step);
    const { heads, valueSize } = step.sizes;
    return this.#mix(mixed, heads * valueSize, (own, position) => {
      const kept = (kind: Kept) => store.kept?.(kind, step.layer) as Float32Array;
      const all = { keys: kept('keys'), values: kept('values'), decays: kept('decays') };
      return stateParts(own, step.sizes, position, all);
    });
  }

  /** A value that is a sum over positions. */
  #mix(x: PlainValue, width: number, partsOf: (row: Float64Array, position: number) => Float64Array[]): PlainValue {
    const value = new PlainValue(width, () => x.rows.map((own, i) => addedUp(partsOf(own, this.position + i))));
    this.#sum = { value, parts: (i) => partsOf(x.rows[i] as Float64Array, this.position + i) };
    return value;
  }

  /** What each position brings to the output product, whose steps before it multiply number by number. */
  #sources({ name }: Architecture, added: PlainValue): MixedParts {
    const output = this.#output(added);
    const sum = this.#sum;
    if (!output || !sum) throw new RangeError(`A layer of ${name} has attention, whose heads have other sources.`);
    const [whole, entered] = [sum.value.rows[0], output.entered.rows[0]] as [Float64Array, Float64Array];
    const factors = entered.map((value, i) => (whole[i] === 0 ? 0 : value / (whole[i] as number)));
    return { output, parts: sum.parts(0).map((part) => part.map((value, i) => value * (factors[i] as number))) };
  }

  protected override product(x: PlainValue, map: LinearMap): PlainValue {
    const { from, to, bias } = map;
    const value = new PlainValue(to - from, () => {
      const [product = new Float64Array()] = this.products.byPart(map, x.rows, 1);
      return x.rows.map((_, i) => row(product, i, to - from).map((sum, j) => sum + (bias?.[j] ?? 0)));
    });
    return this.#remember(value, { kind: 'product', x, map });
  }

  protected override stretch(x: PlainValue, gain: Float32Array, bias: Float32Array | null): PlainValue {
    return this.#remember(super.stretch(x, gain, bias), { kind: 'stretched', x, gain });
  }

  protected override choose(logits: PlainValue, experts: Experts): PlainValue {
    return this.#remember(super.choose(logits, experts), { kind: 'chosen', logits });
  }

  protected override expertProducts(x: PlainValue, shares: PlainValue, map: LinearMap, joins: boolean): PlainValue {
    const value = super.expertProducts(x, shares, map, joins);
    return joins ? this.#remember(value, { kind: 'joined', x, shares, map }) : value;
  }

  protected override rootMeanSquareNorm(x: PlainValue, gain: Float32Array, perRow: number): PlainValue {
    return this.#remember(super.rootMeanSquareNorm(x, gain, perRow), { kind: 'norm', x, gain, centres: false });
  }

  protected override meanNorm(x: PlainValue, gain: Float32Array, bias: Float32Array): PlainValue {
    return this.#remember(super.meanNorm(x, gain, bias), { kind: 'norm', x, gain, centres: true });
  }

  protected override rotate(x: PlainValue, heads: number, rotary: RotaryPositions): PlainValue {
    return this.#remember(super.rotate(x, heads, rotary), { kind: 'rotation', x, rotary });
  }

  protected override activate(x: PlainValue, activation: Activation): PlainValue {
    return this.#remember(super.activate(x, activation), { kind: 'activation', x, activation });
  }

  protected override combine(how: Combination, a: PlainValue, b: PlainValue): PlainValue {
    const value = super.combine(how, a, b);
    if (how === 'sigmoidGate') return this.#remember(value, { kind: 'sigmoidGated', a, b });
    if (how === 'add') return this.#remember(value, { kind: 'added', a, b });
    return how === 'multiply' ? this.#remember(value, { kind: 'gated', a, b }) : value;
  }

  #remember(value: PlainValue, made: Made): PlainValue {
    this.#made.set(value, made);
    return value;
  }
}
