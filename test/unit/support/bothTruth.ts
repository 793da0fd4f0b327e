import type { Exchanged } from '../../../src/engine/analysis/both/exchanged';
import { floats } from '../../../src/engine/architecture/layers';
import type { LocalEngine } from '../../../src/engine/localEngine';
import type { Model } from '../../../src/engine/model/model';
import type { Blame } from '../../../src/shared/blame';
import { bothOf, type Both } from '../../../src/shared/both';
import { numbersOf, textTruth } from './headsTruth';

// Two models on one text in float64, from the equations alone. Of the engine it takes the numbers of the files.

type Row = ArrayLike<number>;

export interface Rounding {
  /** Of angles between vectors of two models, and of surprisals, divergences apart. */
  readonly degrees: number;
  readonly bits: number;
  readonly divergence: number;
}

/** The largest error of each kind of number, and the most that it may be. */
export class Errors {
  /** `rounding`: how far float32 layers move a number beyond its own bar. */
  constructor(readonly rounding: Rounding = { degrees: 2e-5, bits: 0, divergence: 0 }) {}

  readonly #worst = new Map<string, { share: number; error: number; bar: number }>();

  /** `bar`: what the error of this one number may be. */
  compare(what: string, found: number | null | undefined, expected: number, bar: number): void {
    const error = Math.abs((found ?? NaN) - expected);
    const share = error === 0 ? 0 : error / bar;
    const worst = this.#worst.get(what);
    // NaN is the worst.
    if (!worst || !(share <= worst.share)) this.#worst.set(what, { share, error, bar });
  }

  get rows(): readonly {
    readonly what: string;
    readonly share: number;
    readonly error: number;
    readonly bar: number;
  }[] {
    return Array.from(this.#worst, ([what, worst]) => ({ what, ...worst }));
  }
}

const dot = (a: Row, b: Row): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};
const size = (a: Row): number => Math.sqrt(dot(a, a));
/** Degrees; the engine has it from the difference and the sum of the two directions instead. */
const angle = (a: Row, b: Row): number => {
  const [product, squares] = [dot(a, b), dot(a, a) * dot(b, b)];
  return (Math.atan2(Math.sqrt(Math.max(0, squares - product * product)), product) * 180) / Math.PI;
};
const relative = (expected: number): number => 1e-5 * Math.abs(expected);

/** log₂ p. */
export function logShares(logits: readonly number[]): number[] {
  const greatest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const whole = greatest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - greatest), 0));
  return logits.map((logit) => (logit - whole) / Math.LN2);
}
const divergence = (p: readonly number[], q: readonly number[]): number =>
  p.reduce((sum, own, id) => sum + 2 ** own * (own - (q[id] as number)), 0);

/** All that the engine says of a text that both cut alike, with B loaded. */
export async function compareText(
  engine: LocalEngine,
  models: Both<Model>,
  text: string,
  count: number,
  errors: Errors,
): Promise<void> {
  const found = await engine.textInBoth({ text, count });
  if (found.kind !== 'same') throw new Error('The two models cut the text differently.');
  const ids = (await engine.tokenise({ text })).tokens.map(({ id }) => id);
  const { rounding } = errors;
  const truths = bothOf((side) => truthOf(models[side], ids));
  const rows = bothOf((side) => matrixOf(models[side], 'output'));
  for (const position of ids.keys()) {
    const logs = bothOf((side) => logShares(truths[side].logits[position] as number[]));
    const hidden = bothOf((side) => truths[side].hidden[position] as Row);
    const kl = [divergence(logs[0], logs[1]), divergence(logs[1], logs[0])] as const;
    const next = ids[position + 1];
    for (const side of [0, 1] as const) {
      errors.compare(
        'KL, bits',
        found.divergence[side][position],
        kl[side],
        1e-6 + 1e-4 * kl[side] + rounding.divergence,
      );
      errors.compare('size of h', found.hiddenSize[side][position], size(hidden[side]), relative(size(hidden[side])));
      if (next === undefined) continue;
      const bits = -(logs[side][next] as number);
      errors.compare(
        'surprisal, bits',
        found.surprisal[side][position + 1],
        bits,
        relative(Math.max(1, bits)) + rounding.bits,
      );
    }
    if (next !== undefined)
      errors.compare(
        'change of a probability',
        found.change[position],
        2 ** (logs[1][next] as number) - 2 ** (logs[0][next] as number),
        1e-5 + rounding.bits,
      );
    const between = angle(...hidden);
    errors.compare('angle of h', found.hiddenAngle?.[position], between, relative(between) + rounding.degrees);

    const here = await engine.positionInBoth({ text, position, count });
    for (const [layer, own] of truths[0].residuals.entries()) {
      const residuals = [own[position] as number[], truths[1].residuals[layer]?.[position] as number[]] as const;
      const apart = angle(...residuals);
      errors.compare('angle of a residual', here.residualAngle?.[layer], apart, relative(apart) + rounding.degrees);
      for (const side of [0, 1] as const)
        errors.compare(
          'size of a residual',
          here.residualSize[side][layer],
          size(residuals[side]),
          relative(size(residuals[side])),
        );
    }
    for (const { token, logit, probability, size: sizes, cosine, parts } of here.tokens) {
      const own = bothOf((side) => rows[side](token.id));
      const bias = bothOf((side) => models[side].directions.bias?.[token.id] ?? 0);
      const factors = bothOf((side) => [
        size(hidden[side]),
        size(own[side]),
        dot(hidden[side], own[side]) / size(hidden[side]) / size(own[side]),
      ]);
      const scale = size(hidden[0]) * size(own[0]);
      for (const side of [0, 1] as const) {
        const [, ofRow = NaN, cos = NaN] = factors[side];
        errors.compare('logit, of ‖h‖·‖u‖', logit[side], dot(hidden[side], own[side]) + bias[side], relative(scale));
        errors.compare('probability', probability[side], 2 ** (logs[side][token.id] as number), 1e-5);
        errors.compare('size of a row', sizes[side], ofRow, relative(ofRow));
        errors.compare('cosine', cosine[side], cos, 1e-5);
      }
      const expected = exchanged(...factors);
      for (const [i, part] of (['hiddenSize', 'size', 'angle'] as const).entries())
        errors.compare('part of a change, of ‖h‖·‖u‖', parts[part], expected[i] as number, relative(scale));
    }
  }
}

/** Lets go of the model's numbers, which take gigabytes. */
function truthOf(model: Model, ids: readonly number[]) {
  const { residuals, logits, normed } = textTruth(model, ids, 0);
  return { residuals, logits, hidden: residuals.at(-1)?.map(normed) ?? [] };
}

/** Parts of one model in the place of another's, at one position of a text without context. */
export function compareBlame(
  models: Both<Model>,
  ids: readonly number[],
  { reverse, position, token: { id }, whole, parts }: Blame,
  swaps: readonly Exchanged[],
  errors: Errors,
): void {
  const numbers = bothOf((side) => numbersOf(models[side]));
  const [base, other] = reverse ? ([1, 0] as const) : ([0, 1] as const);
  const outputOf = (side: 0 | 1) =>
    models[side].weights.tensors.has('output.weight') ? 'output.weight' : 'token_embd.weight';
  const mixed = ({ tensors, outputs }: Exchanged) => {
    const sideOf = (name: string) => (tensors.includes(name) ? other : base);
    const outputSide = outputs ? other : base;
    const matrix = (name: string) =>
      name === 'output.weight'
        ? numbers[outputSide].wholeMatrix(outputOf(outputSide))
        : numbers[sideOf(name)].wholeMatrix(name);
    const own = Object.create(models[base], {
      weights: {
        value: {
          tensors: new Map([...models[base].weights.tensors.keys(), 'output.weight'].map((name) => [name, name])),
        },
      },
    }) as Model;
    const { residuals, normed, logits } = textTruth(own, ids, 0, undefined, undefined, {
      vector: (name) => numbers[name === 'output.bias' ? outputSide : sideOf(name)].vector(name),
      wholeMatrix: matrix,
    });
    const bias = own.directions.bias ? (numbers[outputSide].vector('output.bias')[id] as number) : 0;
    return {
      hidden: residuals.at(-1)?.map(normed) ?? [],
      logs: logits.map(logShares),
      row: matrix('output.weight')[id] as Row,
      bias,
    };
  };
  const none = { tensors: [] };
  const all = { tensors: [...models[other].weights.tensors.keys()], outputs: true };
  const a = mixed(reverse ? all : none);
  const told = [whole, ...parts];
  for (const [i, swap] of [reverse ? none : all, ...swaps].entries()) {
    const found = told[i] as Blame['whole'];
    const truth = mixed(swap);
    const kls = ids.map((_, at) => divergence(a.logs[at] as number[], truth.logs[at] as number[]));
    const mean = kls.slice(0, -1).reduce((x, y) => x + y, 0) / (kls.length - 1);
    const kl = kls[position] as number;
    errors.compare('KL, bits', found.divergence, kl, 1e-6 + 1e-4 * kl + errors.rounding.divergence);
    errors.compare('mean KL, bits', found.meanDivergence, mean, 1e-6 + 1e-4 * mean + errors.rounding.divergence);
    const hidden = [a.hidden[position] as Row, truth.hidden[position] as Row] as const;
    const sizes = bothOf((side) => size(hidden[side]));
    const between = angle(...hidden);
    errors.compare('angle of h', found.h.angle, between, relative(between) + errors.rounding.degrees);
    errors.compare('ratio of h', found.h.ratio, sizes[1] / sizes[0], relative(1));
    const rows = [a.row, truth.row] as const;
    const products = bothOf((side) => dot(hidden[side], rows[side]));
    const scale = relative(sizes[0] * size(rows[0]));
    errors.compare('change of a logit', found.logit.change, products[1] + truth.bias - products[0] - a.bias, scale);
    const factors = bothOf((side) => [sizes[side], size(rows[side]), products[side] / sizes[side] / size(rows[side])]);
    for (const [at, part] of (['hiddenSize', 'size', 'angle'] as const).entries())
      errors.compare('part of a change', found.logit.parts[part], exchanged(...factors)[at] as number, scale);
  }
}

/** The mean change of a product by each factor over the six orders in which three are exchanged. */
function exchanged(from: readonly number[], to: readonly number[]): number[] {
  const sums = [0, 0, 0];
  for (const order of ['012', '021', '102', '120', '201', '210']) {
    const factors = [...from];
    for (const place of [...order].map(Number)) {
      const before = factors.reduce((a, b) => a * b);
      factors[place] = to[place] as number;
      (sums[place] as number) += (factors.reduce((a, b) => a * b) - before) / 6;
    }
  }
  return sums;
}

/** Every row of the embedding in both models. */
export async function compareRows(engine: LocalEngine, models: Both<Model>, errors: Errors): Promise<void> {
  for (const matrix of ['input', 'output'] as const) {
    const rows = bothOf((side) => matrixOf(models[side], matrix));
    const together = 25_000;
    const { length } = models[0].vocabulary;
    const angles: number[] = [];
    for (let first = 0; first < length; first += together) {
      const ids = Array.from({ length: Math.min(together, length - first) }, (_, i) => first + i);
      const { tokens, angle: spread, turned } = await engine.rowsInBoth({ matrix, count: 1, ids });
      for (const { token, size: sizes, angle: between } of tokens) {
        const own = bothOf((side) => rows[side](token.id));
        const expected = angle(...own);
        angles.push(expected);
        errors.compare('angle of a row', between, expected, relative(expected));
        for (const side of [0, 1] as const)
          errors.compare('size of a row', sizes[side], size(own[side]), relative(size(own[side])));
        errors.compare(
          'ratio of sizes',
          sizes[1] / sizes[0],
          size(own[1]) / size(own[0]),
          relative(size(own[1]) / size(own[0])),
        );
      }
      if (first + together < length) continue;
      const most = angles.reduce((a, b) => Math.max(a, b));
      const mean = angles.reduce((a, b) => a + b) / length;
      errors.compare('most turned row', turned[0]?.angle, most, relative(most));
      errors.compare('mean angle of all rows', spread?.mean, mean, relative(mean));
    }
  }
}

/** Reads the rows of a matrix. */
function matrixOf({ weights, embedding }: Model, side: 'input' | 'output'): (id: number) => Float32Array {
  const tensor =
    (side === 'output' ? weights.tensors.get('output.weight') : undefined) ?? weights.tensors.get('token_embd.weight');
  const numbers = floats(weights, tensor as never);
  return (id) => numbers.subarray(id * embedding.dimensions, (id + 1) * embedding.dimensions);
}
