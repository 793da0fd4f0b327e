import { expect } from 'vitest';
import type { Candidate, Contrast, Contrasts } from '../../../src/shared/contrasts';
import { metrics } from '../../../src/shared/metrics';

/** The output side of a model, for plain loops in float64. */
export class Outputs {
  readonly dimensions: number;
  /** ‖u‖² of every row. */
  readonly squares: Float64Array;

  /** `matrix` is V × d, row by row. */
  constructor(
    readonly matrix: Float32Array,
    readonly vocabulary: number,
    readonly bias: Float32Array | null = null,
    readonly cap?: number,
  ) {
    this.dimensions = matrix.length / vocabulary;
    this.squares = Float64Array.from({ length: vocabulary }, (_, id) => {
      const row = this.row(id);
      return product(row, row);
    });
  }

  row(id: number): Float32Array {
    return this.matrix.subarray(id * this.dimensions, (id + 1) * this.dimensions);
  }
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

const lists = [...metrics, 'logit'] as const;
type List = (typeof lists)[number];

/** h compared with every output row by the formulas. */
function everyRow(hidden: Float32Array, outputs: Outputs) {
  const { vocabulary, squares, bias, cap } = outputs;
  const values = Object.fromEntries(lists.map((list) => [list, new Float64Array(vocabulary)])) as Record<
    List,
    Float64Array
  >;
  const square = product(hidden, hidden);
  const length = Math.sqrt(square);
  for (let id = 0; id < vocabulary; id++) {
    const dot = product(hidden, outputs.row(id));
    const own = squares[id] as number;
    values.euclidean[id] = Math.sqrt(square + own - 2 * dot);
    values.cosine[id] = dot / (length * Math.sqrt(own));
    values.dot[id] = dot;
    values.logit[id] = dot + (bias?.[id] ?? 0);
  }
  const capped = values.logit.map((logit) => (cap === undefined ? logit : cap * Math.tanh(logit / cap)));
  const greatest = capped.reduce((most, logit) => Math.max(most, logit), -Infinity);
  const sum = capped.reduce((all, logit) => all + Math.exp(logit - greatest), 0);
  return { length, values, capped, probability: (id: number) => Math.exp((capped[id] as number) - greatest) / sum };
}

type Every = ReturnType<typeof everyRow>;

/** Least and greatest rank that a token can have, given that float64 cannot order values closer than this share. */
function ranksOf({ values }: Every, list: List, id: number): readonly [number, number] {
  const own = values[list][id] as number;
  const sign = list === 'euclidean' ? -1 : 1;
  const doubt = 1e-11 * Math.max(1, Math.abs(own));
  let surely = 0;
  let perhaps = 0;
  for (let other = 0; other < values[list].length; other++) {
    const ahead = sign * ((values[list][other] as number) - own);
    if (ahead > doubt) surely++;
    if (ahead >= -doubt && other !== id) perhaps++;
  }
  return [surely + 1, perhaps + 1];
}

function expectCandidate(found: Candidate, every: Every, { bias }: Outputs): void {
  const { id } = found.token;
  const { values, capped, probability } = every;
  for (const metric of metrics) {
    expect(found.values[metric]).toBeCloseTo(values[metric][id] as number, 9);
    const [least, most] = ranksOf(every, metric, id);
    expect(found.ranks[metric], `${metric} of ${id}`).toBeGreaterThanOrEqual(least);
    expect(found.ranks[metric], `${metric} of ${id}`).toBeLessThanOrEqual(most);
  }
  const [least, most] = ranksOf(every, 'logit', id);
  expect(found.logitRank).toBeGreaterThanOrEqual(least);
  expect(found.logitRank).toBeLessThanOrEqual(most);
  expect(found.bias).toBe(bias?.[id] ?? 0);
  expect(found.rawLogit).toBeCloseTo(values.logit[id] as number, 9);
  expect(found.logit).toBeCloseTo(capped[id] as number, 9);
  expect(found.probability).toBeCloseTo(probability(id), 5);
  expect(Math.cos((found.angle * Math.PI) / 180)).toBeCloseTo(found.values.cosine, 10);
}

/** Compares all that an example says with plain loops over the output matrix. */
export function expectExample(example: Contrast, rows: Float32Array, outputs: Outputs): void {
  const { position, parting, predicted, nearest, aligned } = example;
  const every = everyRow(rows.subarray(position * outputs.dimensions, (position + 1) * outputs.dimensions), outputs);
  expect(example.hiddenSize).toBeCloseTo(every.length, 9);
  for (const candidate of new Set([predicted, nearest, aligned])) expectCandidate(candidate, every, outputs);
  expect([predicted.logitRank, nearest.ranks.euclidean, aligned.ranks.cosine]).toEqual([1, 1, 1]);
  const [a, b, c] = [predicted, nearest, aligned].map(({ token }) => token.id);
  expect(parting).toBe(
    a !== b && b !== c && a !== c ? 'all' : a === b ? 'angle' : a === c ? 'distance' : b === c ? 'logit' : undefined,
  );
}

/** The examples of a text; none where the metrics agree. */
export const examplesOf = (contrasts: Contrasts): readonly Contrast[] =>
  contrasts.kind === 'part' ? contrasts.examples : [];
