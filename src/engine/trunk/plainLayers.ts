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
import { temperatureAt } from '../architecture/rotary';
import { dot, layerNormOf, rmsNormOf, row } from '../arrays/vectors';
import type { Combination } from '../kernels/layerProgram';
import { chosenShares, clampedGate, sigmoidGate } from '../kernels/runExperts';
import { dequantise } from '../weights/types/types';
import type { Weights } from '../weights/weights';
import type { LayersInFile } from './layerSteps';
import { addedUp, convolutionParts, deltaRule } from './mixers';

/** Numbers that are dequantised at a time. */
const together = 2 ** 18;

/** A value at consecutive positions of a text, in float64. Computed when it is first read. */
export class PlainValue implements LayerValue {
  #rows: readonly Float64Array[] | undefined;

  constructor(
    readonly width: number,
    private compute: () => readonly Float64Array[],
  ) {}

  get rows(): readonly Float64Array[] {
    return (this.#rows ??= this.compute());
  }

  /** Has the rows from elsewhere, if they are read. */
  know(rows: () => readonly Float64Array[]): void {
    this.compute = rows;
  }
}

/**
 * The first layer's output for r_0 at the first positions, in plain arithmetic, as a reference for the backends.
 * `beside`: the rows of `Architecture.beside` of their tokens, if the model has them.
 */
export function firstLayerPlainly(
  { architecture, model, weights }: LayersInFile,
  residuals: readonly Float32Array[],
  beside: Float32Array,
): readonly Float64Array[] {
  const entered = new PlainValue(model.dimensions, () => residuals.map((residual) => Float64Array.from(residual)));
  const { layers, besideWidth = 0 } = model;
  const own = residuals.map((_, i) => row(beside, i * layers, besideWidth));
  const builder = new PlainLayers(weights, model, 0, { entered: residuals, beside: own });
  return architecture.layer(builder, entered, 0).residual.rows;
}

/** Computes each step as the equations state it, in float64. The first row of every value is at `position`. */
export class PlainLayers extends LayerBuilder<PlainValue> {
  constructor(
    weights: Weights,
    model: Hyperparameters,
    protected readonly position = 0,
    private readonly tokens?: Readonly<Record<OfTokens, readonly Float32Array[]>>,
  ) {
    super(weights, model);
  }

  protected product(x: PlainValue, map: LinearMap): PlainValue {
    const { from, to, bias } = map;
    return new PlainValue(to - from, () => {
      const out = x.rows.map(() => new Float64Array(to - from));
      eachMatrixRow(this.weights, map, (weight, i) =>
        x.rows.forEach((row, at) => ((out[at] as Float64Array)[i] = dot(row, weight) + (bias?.[i] ?? 0))),
      );
      return out;
    });
  }

  protected choose(logits: PlainValue, { used, normalises }: Experts): PlainValue {
    return each(logits, (row) => chosenShares(row, used, normalises));
  }

  protected expertProducts(x: PlainValue, shares: PlainValue, map: LinearMap, joins: boolean): PlainValue {
    const { used } = this.model.experts as Experts;
    const width = joins ? map.to : used * map.to;
    return new PlainValue(width, () => {
      const out = x.rows.map(() => new Float64Array(width));
      for (const { at, place, share, row } of this.eachExpert(x, shares, map, joins))
        row.forEach((value, j) => {
          const target = (joins ? 0 : place * map.to) + j;
          (out[at] as Float64Array)[target] = joins ? (out[at]?.[target] as number) + share * value : value;
        });
      return out;
    });
  }

  /** The product of every expert that runs with every position that chose it. */
  protected *eachExpert(x: PlainValue, shares: PlainValue, { tensor, to: rows, bias }: LinearMap, joins: boolean) {
    const { count, width } = this.model.experts as Experts;
    const ran = x.rows.map(() => 0);
    for (let expert = 0; expert < count; expert++) {
      const choosing = [...x.rows.keys()].filter((at) => shares.rows[at]?.[expert] !== 0);
      const places = choosing.map((at) => (ran[at] as number)++);
      const entered = choosing.map((at, i) => {
        const row = x.rows[at] as Float64Array;
        return joins ? row.subarray((places[i] as number) * width, ((places[i] as number) + 1) * width) : row;
      });
      if (choosing.length === 0) continue;
      const own = { tensor, from: expert * rows, to: (expert + 1) * rows, bias: null };
      const product = this.product(new PlainValue(joins ? width : x.width, () => entered), own).rows;
      for (const [i, at] of choosing.entries()) {
        const row = (product[i] as Float64Array).map((value, j) => value + (bias?.[expert * rows + j] ?? 0));
        yield { expert, at, place: places[i] as number, share: shares.rows[at]?.[expert] as number, row };
      }
    }
  }

  protected stretch(x: PlainValue, gain: Float32Array, bias: Float32Array | null): PlainValue {
    return each(x, (row) => row.map((value, i) => value * (gain[i] as number) + (bias?.[i] ?? 0)));
  }

  protected rootMeanSquareNorm(x: PlainValue, gain: Float32Array, perRow: number): PlainValue {
    const part = gain.length;
    return each(x, (row) => {
      const normed = new Float64Array(row.length);
      for (let i = 0; i < perRow; i++)
        rmsNormOf(
          row.subarray(i * part, (i + 1) * part),
          gain,
          this.model.epsilon,
          normed.subarray(i * part, (i + 1) * part),
        );
      return normed;
    });
  }

  protected meanNorm(x: PlainValue, gain: Float32Array, bias: Float32Array): PlainValue {
    return each(x, (row) => layerNormOf(row, gain, bias, this.model.epsilon));
  }

  protected rotate(x: PlainValue, heads: number, rotary: RotaryPositions): PlainValue {
    const { frequencies, attentionFactor, interleaved } = rotary;
    const headSize = x.width / heads;
    return each(x, (row, at) => {
      const position = this.position + at;
      const factor = attentionFactor * temperatureAt(rotary, position);
      const turned = row.slice();
      for (let head = 0; head < heads; head++) {
        frequencies.forEach((turn, pair) => {
          const first = head * headSize + (interleaved ? 2 * pair : pair);
          const second = interleaved ? first + 1 : first + frequencies.length;
          const [a, b] = [row[first] as number, row[second] as number];
          const [cosine, sine] = [factor * Math.cos(position * turn), factor * Math.sin(position * turn)];
          turned[first] = a * cosine - b * sine;
          turned[second] = b * cosine + a * sine;
        });
      }
      return turned;
    });
  }

  protected activate(x: PlainValue, activation: Activation): PlainValue {
    const of = plainActivations[activation];
    return each(x, (row) => row.map(of));
  }

  protected combine(how: Combination, a: PlainValue, b: PlainValue): PlainValue {
    const of = combinations[how];
    return each(a, (row, position) => row.map((value, i) => of(value, b.rows[position]?.[i] as number)));
  }

  protected convolve(inputs: PlainValue, step: ConvolutionStep): PlainValue {
    return each(inputs, (_, at) => addedUp(convolutionParts(step, at, (other) => inputs.rows[other] as Float64Array)));
  }

  protected recur(mixed: PlainValue, alpha: PlainValue, beta: PlainValue, step: RecurrenceStep): PlainValue {
    const { heads, valueSize } = step.sizes;
    return new PlainValue(heads * valueSize, () => deltaRule(mixed.rows, alpha.rows, beta.rows, step));
  }

  protected every(x: PlainValue, size: number, which: 0 | 1): PlainValue {
    const width = x.width / 2;
    return new PlainValue(width, () =>
      x.rows.map((row) =>
        new Float64Array(width).map((_, i) => row[(2 * Math.floor(i / size) + which) * size + (i % size)] as number),
      ),
    );
  }

  protected attend(
    queries: PlainValue,
    keys: PlainValue | null,
    values: PlainValue | null,
    { headSize, keyValueHeads, window, scale, cap, sinks }: AttentionStep,
  ): Attended<PlainValue> {
    const { heads } = this.model;
    if (!keys || !values) return { mixed: inText(heads * headSize) };
    const part = (value: PlainValue, position: number, head: number) =>
      (value.rows[position] as Float64Array).subarray(head * headSize, (head + 1) * headSize);
    const mixed = each(queries, (_, position) => {
      const out = new Float64Array(heads * headSize);
      for (let head = 0; head < heads; head++) {
        const group = Math.floor(head / (heads / keyValueHeads));
        const seen = Array.from({ length: position + 1 }, (__, other) => other).slice(-Math.min(window, position + 1));
        const scores = seen
          .map((other) => dot(part(queries, position, head), part(keys, other, group)) * scale)
          .map((score) => (cap === undefined ? score : cap * Math.tanh(score / cap)));
        const sink = sinks?.[head] ?? -Infinity;
        const greatest = Math.max(sink, ...scores);
        const powers = scores.map((score) => Math.exp(score - greatest));
        const total = powers.reduce((sum, power) => sum + power, Math.exp(sink - greatest));
        seen.forEach((other, i) =>
          part(values, other, group).forEach(
            (value, j) => ((out[head * headSize + j] as number) += ((powers[i] as number) / total) * value),
          ),
        );
      }
      return out;
    });
    return { mixed, keys, values };
  }

  ofTokens(kind: OfTokens, _: number, width: number): PlainValue {
    const rows = this.tokens?.[kind];
    return rows ? new PlainValue(width, () => rows.map((own) => Float64Array.from(own))) : inText(width);
  }
}

/** A value that only the run of a text has. */
const inText = (width: number): PlainValue =>
  new PlainValue(width, () => {
    throw new RangeError('A layer reads values that plain arithmetic does not have.');
  });

const combinations: Readonly<Record<Combination, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  multiply: (a, b) => a * b,
  clampedGate,
  sigmoidGate,
};

const each = (value: PlainValue, of: (row: Float64Array, at: number) => Float64Array): PlainValue =>
  new PlainValue(value.width, () => value.rows.map(of));

/** Visits the rows of a linear map's matrix in their order, some thousand numbers dequantised at a time. */
export function eachMatrixRow(
  weights: Weights,
  { tensor, from, to }: LinearMap,
  visit: (row: Float32Array, index: number) => void,
): void {
  const columns = tensor.shape.at(-1) as number;
  const step = Math.max(1, Math.min(to - from, Math.floor(together / columns)));
  const matrix = new Float32Array(step * columns);
  for (let first = from; first < to; first += step) {
    const count = Math.min(step, to - first);
    dequantise(tensor.type, weights.readRows(tensor.name, first, count), matrix);
    for (let i = 0; i < count; i++) visit(matrix.subarray(i * columns, (i + 1) * columns), first - from + i);
  }
}

export const plainActivations: Readonly<Record<Activation, (x: number) => number>> = {
  silu: (x) => x / (1 + Math.exp(-x)),
  gelu: (x) => (x * erfc(-x / Math.SQRT2)) / 2,
  'gelu-tanh': (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
};

/** 1 − erf x with a relative error of 1.2e-7: the Chebyshev fit of Press et al., “Numerical Recipes”, section 6.2. */
function erfc(x: number): number {
  const t = 1 / (1 + Math.abs(x) / 2);
  const fit = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  const tail = t * Math.exp(-x * x + fit.reduceRight((sum, coefficient) => sum * t + coefficient, 0));
  return x >= 0 ? tail : 2 - tail;
}
