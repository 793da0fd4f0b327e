import type { Architecture } from '../architecture/architecture';
import type { Activation, Experts, Hyperparameters, RotaryPositions } from '../architecture/hyperparameters';
import {
  LayerBuilder,
  type AttentionStep,
  type Attended,
  type ConvolutionStep,
  type OfTokens,
  type RecurrenceStep,
  type LinearMap,
  type LayerValue,
} from '../architecture/layers';
import type {
  AttentionNumbers,
  ChosenExperts,
  Combination,
  LayerProgram,
  MixingStep,
  Product,
  RowStep,
  LayerStage,
} from '../kernels/layerProgram';
import { rowBytesOf, tensorTypes } from '../weights/types/types';
import type { TensorInfo, Weights } from '../weights/weights';

/** What a text keeps of every position. */
export type Kept = 'keys' | 'values' | 'inputs' | 'decays' | OfTokens;

/**
 * The meaning of an operand of a program. Rows are those of the positions of a run, or of the whole text with `all`.
 */
export type StepOperand =
  /** A value between the steps. Values that are never needed at the same time share a slot. */
  | { readonly kind: 'slot'; slot: number; readonly width: number }
  | { readonly kind: 'residual'; readonly layer: number }
  | { readonly kind: Kept; readonly layer: number; readonly all: boolean; readonly width: number }
  | { readonly kind: 'attentionSize' | 'feedForwardSize'; readonly layer: number }
  | { readonly kind: 'cosine' | 'sine'; readonly attention: number };

interface Allocator {
  /** The address for the rows of a matrix as the file stores them; of experts that of a table of their addresses. */
  matrix(tensor: TensorInfo): number;
  vector(values: Float32Array): number;
}

/** The operands that hold the outputs of a layer's parts. */
export interface PartOperands {
  readonly attention: number;
  readonly feedForward: number;
  /** The outputs of all heads beside each other, gated, before the output product. */
  readonly heads: { readonly operand: number; readonly width: number };
  /** How much all neurons fired, beside each other, before the product that ends the feed-forward part. */
  readonly neurons: { readonly operand: number; readonly width: number };
  /** The shares of the experts of a mixture. */
  readonly experts?: { readonly operand: number; readonly width: number };
}

/** The steps of some layers and the slots that they need. */
export interface LayerPlan {
  readonly program: LayerProgram;
  readonly operands: readonly StepOperand[];
  readonly parts: ReadonlyMap<number, PartOperands>;
  readonly slots: readonly number[];
  readonly used: ReadonlySet<string>;
}

/** The layers of a model as its file has them. */
export interface LayersInFile {
  readonly architecture: Architecture;
  readonly model: Hyperparameters;
  readonly weights: Weights;
  /** The share of the experts that memory has room for. Absent if it is to hold all. */
  readonly expertShare?: number | undefined;
}

/** `count` layers from `first` on. */
export interface LayerRange {
  readonly first: number;
  readonly count: number;
}

/**
 * Parts of a run are kept one after another: two of each layer, `dimensions` wide, then one of each, `feedForward`
 * wide, counted as if all were as wide as these.
 */
export const firstOfNeurons = ({ dimensions, feedForward }: Hyperparameters, layers: number): number =>
  Math.ceil((2 * layers * dimensions) / feedForward);

/** Plans some layers. Throws an `EngineError` if the file's tensors do not fit the family. */
export function planLayers(
  { architecture, model, weights }: LayersInFile,
  { first, count }: LayerRange,
  allocator: Allocator,
): LayerPlan {
  const steps = new StepLayers(weights, model, allocator);
  let residual = steps.residual(first);
  for (let layer = first; layer < first + count; layer++) {
    const output = architecture.layer(steps, residual, layer);
    steps.remember(layer, output.attention, output.feedForward);
    steps.part(output.attention, 'attentionSize', layer, 2 * (layer - first));
    steps.part(output.feedForward, 'feedForwardSize', layer, 2 * (layer - first) + 1);
    steps.keepNeurons(layer, firstOfNeurons(model, count) + layer - first);
    residual = steps.keep(output.residual, { kind: 'residual', layer: layer + 1 });
  }
  return steps.plan();
}

interface StepValue extends LayerValue {
  readonly operand: number;
}

/** Of a layer without attention. */
const noHeads: StepValue = { width: 0, operand: -1 };

interface Stages {
  readonly kind: LayerStage['kind'];
  readonly steps: (RowStep | Product | MixingStep)[];
}

/**
 * Arranges the steps in stages, which have no barrier inside. A step goes to the first stage of its kind after
 * everything it reads: q, k and v become one stage, and steps on rows may follow each other within a stage.
 */
class StepLayers extends LayerBuilder<StepValue> {
  readonly #operands: StepOperand[] = [];
  /** The stage that writes each operand, −1 for inputs, and the last stage that reads it. */
  readonly #writtenIn: number[] = [];
  readonly #readIn: number[] = [];
  readonly #stages: Stages[] = [];
  readonly #parts = new Map<number, PartOperands>();
  /** What a product, or a norm or a sum after one, was made of, by its operand. */
  readonly #entered = new Map<number, { readonly x: StepValue; readonly isProduct: boolean }>();
  /** The outputs of the heads of the last layer, gated. */
  #heads = noHeads;
  #shares: StepValue | undefined;

  constructor(
    weights: Weights,
    model: Hyperparameters,
    private readonly allocator: Allocator,
  ) {
    super(weights, model);
  }

  residual(layer: number): StepValue {
    return { width: this.model.dimensions, operand: this.#operand({ kind: 'residual', layer }) };
  }

  /** Stores a value in the text, where later steps read it. */
  keep(value: StepValue, place: StepOperand): StepValue {
    const own = this.#operands[value.operand] as StepOperand;
    if (own.kind === 'slot') {
      this.#operands[value.operand] = place;
      return value;
    }
    // The value has a fixed place already, so it is copied.
    const { width } = value;
    return { width, operand: this.#rows([value], (out) => ({ kind: 'copy', x: value.operand, out, width }), place) };
  }

  remember(layer: number, attention: StepValue, feedForward: StepValue): void {
    this.#parts.set(layer, {
      attention: attention.operand,
      feedForward: feedForward.operand,
      heads: this.#heads,
      neurons: this.#enteredProduct(feedForward),
      ...(this.#shares && { experts: this.#shares }),
    });
    this.#heads = noHeads;
  }

  /** What the last product of a part was made of, which a norm may follow. */
  #enteredProduct(value: StepValue): StepValue {
    const made = this.#entered.get(value.operand);
    if (!made) throw new RangeError('A part of a layer ends in another step than a product and a norm.');
    return made.isProduct ? made.x : this.#enteredProduct(made.x);
  }

  part(value: StepValue, kind: 'attentionSize' | 'feedForwardSize', layer: number, part: number): void {
    const { width, operand: x } = value;
    this.#rows([value], (sizes) => ({ kind: 'part', x, sizes, part, width }), { kind, layer });
  }

  /** How much the neurons of a layer fired, as a part. */
  keepNeurons(layer: number, part: number): void {
    const { operand: x, width } = (this.#parts.get(layer) as PartOperands).neurons;
    const stage = this.#stages[this.#writtenIn[x] as number];
    if (stage?.kind !== 'rows') throw new RangeError('The neurons of a layer do not end in a step on rows.');
    stage.steps.push({ kind: 'keep', x, part, width, stride: this.model.feedForward });
  }

  plan(): LayerPlan {
    const slots = this.#shareSlots();
    const stages = this.#stages.map(({ kind, steps }): LayerStage => {
      if (kind === 'rows') return { kind, steps: steps as RowStep[] };
      return kind === 'products' ? { kind, products: steps as Product[] } : (steps[0] as MixingStep);
    });
    return {
      program: { stages, epsilon: this.model.epsilon },
      operands: this.#operands,
      parts: this.#parts,
      slots,
      used: this.used,
    };
  }

  protected product(x: StepValue, map: LinearMap): StepValue {
    return this.#multiplied(x, x.width, map, map.to - map.from, [x]);
  }

  protected choose(x: StepValue, { used, normalises }: Experts): StepValue {
    const { operand, width } = x;
    return this.#made(width, [x], (out) => ({ kind: 'choose', x: operand, out, width, used, normalises }));
  }

  protected expertProducts(x: StepValue, shares: StepValue, map: LinearMap, joins: boolean): StepValue {
    const { count, used, width } = this.model.experts as Experts;
    const experts = { shares: shares.operand, count, used, joins };
    this.#shares = shares;
    return this.#multiplied(x, joins ? width : x.width, map, joins ? map.to : used * map.to, [x, shares], experts);
  }

  #multiplied(
    x: StepValue,
    columns: number,
    { tensor, from, to, bias }: LinearMap,
    width: number,
    reads: readonly StepValue[],
    experts?: ChosenExperts,
  ): StepValue {
    const rowBytes = rowBytesOf(tensor.type, columns);
    const matrix = {
      at: this.allocator.matrix(tensor) + from * rowBytes,
      type: tensorTypes[tensor.type].ggufId,
      rows: to - from,
      columns,
      rowBytes,
      bias: bias ? this.allocator.vector(bias) : 0,
    };
    const out = this.#slot(width);
    const operands = reads.map(({ operand }) => operand);
    this.#place('products', operands, out, { x: x.operand, out, matrix, ...(experts && { experts }) });
    this.#entered.set(out, { x, isProduct: true });
    return { width, operand: out };
  }

  protected stretch(x: StepValue, gain: Float32Array, bias: Float32Array | null): StepValue {
    const at = this.allocator.vector(gain);
    const biasAt = bias ? this.allocator.vector(bias) : 0;
    const value = this.#made(x.width, [x], (out) => ({
      kind: 'stretch',
      x: x.operand,
      out,
      gain: at,
      bias: biasAt,
      width: x.width,
    }));
    this.#entered.set(value.operand, { x, isProduct: false });
    return value;
  }

  protected rootMeanSquareNorm(x: StepValue, gain: Float32Array, perRow: number): StepValue {
    const at = this.allocator.vector(gain);
    const value = this.#made(x.width, [x], (out) => ({
      kind: 'rmsNorm',
      x: x.operand,
      out,
      gain: at,
      width: gain.length,
      perRow,
    }));
    this.#entered.set(value.operand, { x, isProduct: false });
    return value;
  }

  protected meanNorm(x: StepValue, gain: Float32Array, bias: Float32Array): StepValue {
    const [at, biasAt] = [this.allocator.vector(gain), this.allocator.vector(bias)];
    return this.#made(x.width, [x], (out) => ({
      kind: 'layerNorm',
      x: x.operand,
      out,
      gain: at,
      bias: biasAt,
      width: x.width,
    }));
  }

  protected rotate(
    x: StepValue,
    heads: number,
    { frequencies, interleaved }: RotaryPositions,
    attention: number,
  ): StepValue {
    const [cosine, sine] = [this.#operand({ kind: 'cosine', attention }), this.#operand({ kind: 'sine', attention })];
    return this.#made(x.width, [x], (out) => ({
      kind: 'rotary',
      x: x.operand,
      out,
      cosine,
      sine,
      heads,
      headSize: x.width / heads,
      pairs: frequencies.length,
      interleaved,
    }));
  }

  protected activate(x: StepValue, activation: Activation): StepValue {
    return this.#made(x.width, [x], (out) => ({ kind: 'activate', x: x.operand, out, width: x.width, activation }));
  }

  protected combine(kind: Combination, a: StepValue, b: StepValue): StepValue {
    const value = this.#made(a.width, [a, b], (out) => ({
      kind,
      a: a.operand,
      b: b.operand,
      out,
      width: a.width,
    }));
    if (kind === 'add') this.#entered.set(value.operand, { x: a, isProduct: false });
    if (kind === 'sigmoidGate' && a.operand === this.#heads.operand) this.#heads = value;
    return value;
  }

  protected attend(
    queries: StepValue,
    keys: StepValue | null,
    values: StepValue | null,
    { layer, keysFrom, headSize, keyValueHeads: groups, window, scale, cap = 0, sinks }: AttentionStep,
  ): Attended<StepValue> {
    const { heads } = this.model;
    const own = keys && values ? [this.#keep(keys, 'keys', layer), this.#keep(values, 'values', layer)] : [];
    const all = (kind: Kept) => this.#operand({ kind, layer: keysFrom, width: groups * headSize, all: true });
    const out = this.#slot(heads * headSize);
    const step: AttentionNumbers = {
      kind: 'attention',
      queries: queries.operand,
      keys: all('keys'),
      values: all('values'),
      out,
      heads,
      groups,
      headSize,
      window,
      scale,
      cap,
      sinks: sinks ? this.allocator.vector(sinks) : 0,
    };
    const reads = [queries, ...own].map(({ operand }) => operand);
    this.#place('attention', reads, out, step);
    this.#heads = { width: heads * headSize, operand: out };
    return { mixed: this.#heads };
  }

  protected convolve(inputs: StepValue, { layer, kernel, taps }: ConvolutionStep): StepValue {
    const { width } = inputs;
    const own = this.#keep(inputs, 'inputs', layer);
    const x = this.#operand({ kind: 'inputs', layer, width, all: true });
    const out = this.#slot(width);
    const at = this.allocator.vector(kernel);
    this.#place('convolution', [own.operand], out, { kind: 'convolution', x, out, kernel: at, width, taps });
    return { width, operand: out };
  }

  protected recur(
    mixed: StepValue,
    alpha: StepValue,
    beta: StepValue,
    { layer, sizes, rates, bias }: RecurrenceStep,
  ): StepValue {
    const { heads, keyHeads, keySize, valueSize } = sizes;
    const kept = (kind: Kept, width: number) => this.#operand({ kind, layer, width, all: true });
    const width = heads * valueSize;
    const out = this.#slot(width);
    const reads = [mixed, alpha, beta].map(({ operand }) => operand) as [number, number, number];
    this.#place('recurrence', reads, out, {
      ...{ kind: 'recurrence', ...sizes, out, mixed: reads[0], alpha: reads[1], beta: reads[2] },
      ...{ keys: kept('keys', keyHeads * keySize), values: kept('values', width), decays: kept('decays', heads) },
      ...{ rates: this.allocator.vector(rates), bias: this.allocator.vector(bias) },
    });
    return { width, operand: out };
  }

  protected every({ operand: x, width: wide }: StepValue, size: number, which: 0 | 1): StepValue {
    const width = wide / 2;
    const second = which === 1;
    return this.#made(width, [{ operand: x, width: wide }], (out) => ({ kind: 'pick', x, out, width, size, second }));
  }

  ofTokens(kind: OfTokens, layer: number, width: number): StepValue {
    const operand = this.#operand({ kind, layer, width, all: false });
    // Some runs begin at a layer, so that no step of it may move before its residual.
    this.#writtenIn[operand] = this.#stages.length - 1;
    return { width, operand };
  }

  #keep(value: StepValue, kind: Kept, layer: number): StepValue {
    return this.keep(value, { kind, layer, width: value.width, all: false });
  }

  #made(width: number, from: readonly StepValue[], step: (out: number) => RowStep): StepValue {
    return { width, operand: this.#rows(from, step, { kind: 'slot', slot: -1, width }) };
  }

  /** Adds a step on rows and returns the operand that it writes. */
  #rows(from: readonly StepValue[], step: (out: number) => RowStep, place: StepOperand): number {
    const out = this.#operand(place);
    this.#place(
      'rows',
      from.map(({ operand }) => operand),
      out,
      step(out),
    );
    return out;
  }

  #slot(width: number): number {
    return this.#operand({ kind: 'slot', slot: -1, width });
  }

  #operand(operand: StepOperand): number {
    this.#writtenIn.push(-1);
    this.#readIn.push(-1);
    return this.#operands.push(operand) - 1;
  }

  #place(kind: LayerStage['kind'], reads: readonly number[], out: number, step: RowStep | Product | MixingStep): void {
    const after = Math.max(...reads.map((operand) => this.#writtenIn[operand] as number));
    // A step on rows may follow in the same stage. All others need whole values.
    const earliest = kind === 'rows' ? after : after + 1;
    let index =
      kind === 'rows' || kind === 'products'
        ? this.#stages.findIndex((stage, i) => i >= earliest && stage.kind === kind)
        : this.#stages.length;
    if (index < 0) index = this.#stages.length;
    if (index === this.#stages.length) this.#stages.push({ kind, steps: [] });
    (this.#stages[index] as Stages).steps.push(step);
    this.#writtenIn[out] = index;
    for (const operand of reads) this.#readIn[operand] = Math.max(this.#readIn[operand] as number, index);
  }

  /** Assigns slots: two values of equal width share one if their stages do not overlap. */
  #shareSlots(): number[] {
    const widths: number[] = [];
    /** The last stage that needs each slot. */
    const needed: number[] = [];
    const inOrder = this.#operands
      .map((operand, index) => ({ operand, from: this.#writtenIn[index] as number, to: this.#readIn[index] as number }))
      .sort((a, b) => a.from - b.from);
    for (const { operand, from, to } of inOrder) {
      if (operand.kind !== 'slot') continue;
      const free = widths.findIndex((width, slot) => width === operand.width && (needed[slot] as number) < from);
      operand.slot = free < 0 ? widths.push(operand.width) - 1 : free;
      needed[operand.slot] = Math.max(from, to);
    }
    return widths;
  }
}
