import { type LocalEngine } from '../../../src/engine/localEngine';
import type { Model } from '../../../src/engine/model/model';
import { metrics, type ByMetric } from '../../../src/shared/metrics';

const shown = 10;
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};
const size = (a: ArrayLike<number>): number => Math.sqrt(dot(a, a));

/** Values of all rows that are larger when nearer, by each metric. */
function nearness(query: Float32Array, rows: readonly Float32Array[]): ByMetric<number[]> {
  const products = rows.map((row) => dot(query, row));
  const lengths = size(query);
  return {
    euclidean: rows.map(
      (row) => -Math.sqrt(row.reduce((sum, value, j) => sum + (value - (query[j] as number)) ** 2, 0)),
    ),
    dot: products,
    cosine: rows.map((row, id) => (lengths > 0 && size(row) > 0 ? (products[id] as number) / lengths / size(row) : 0)),
  };
}

/**
 * Whether ids stand in the order of their values and none is missing. Values that float64 tells apart by less than its
 * rounding may change places.
 */
function isBest(ids: readonly number[], values: readonly number[]): boolean {
  const best = Array.from(values).sort((a, b) => b - a);
  return (
    new Set(ids).size === ids.length &&
    ids.every(
      (id, place) =>
        Math.abs((values[id] as number) - (best[place] as number)) <= 1e-9 * Math.abs(best[place] as number),
    )
  );
}

/**
 * What an engine says of a text beside float64 worked out from the hidden vectors and the rows of the same model:
 * probabilities, entropy, order and neighbours. Returns a sentence for each number that is wrong, is none, or is a
 * probability above 1.
 */
export async function wrongNumbers(engine: LocalEngine, model: Model, text: string): Promise<string[]> {
  const wrong: string[] = [];
  const expect = (holds: boolean, what: string) => void (holds || wrong.push(what));
  const inspection = await engine.inspect({ text, neighbours: 5, top: shown, layers: false, centred: false });
  const hidden = await engine.hidden({ text });
  const { dimensions } = model.embedding;
  const lens = await engine.lens({ text, first: 0, count: 2, top: shown });
  const ids = Array.from({ length: model.vocabulary.length }, (_, id) => id);
  const [inputs, outputs] = [
    ids.map((id) => model.embedding.row(id)),
    ids.map((id) => model.directions.matrix.row(id)),
  ];
  const isShare = (list: readonly { readonly probability: number }[]) =>
    list.every(({ probability: p }) => p >= 0 && p <= 1) &&
    list.reduce((sum, { probability }) => sum + probability, 0) <= 1 + 1e-12;

  inspection.predictions?.forEach(({ top, entropy }, position) => {
    const h = hidden.subarray(position * dimensions, (position + 1) * dimensions);
    const logits = outputs.map((row, id) => model.capped(dot(h, row) + (model.directions.bias?.[id] ?? 0)));
    const greatest = Math.max(...logits);
    const powers = logits.map((logit) => Math.exp(logit - greatest));
    const total = powers.reduce((sum, power) => sum + power, 0);
    const p = powers.map((power) => power / total);
    const bits = p.reduce((sum, one) => (one > 0 ? sum - one * Math.log2(one) : sum), 0);
    expect(isShare(top), `probabilities of position ${position}`);
    expect(
      top.every(({ id, probability }) => Math.abs(probability - (p[id] as number)) < 1e-5),
      `a probability of position ${position}`,
    );
    expect(Math.abs(entropy - bits) < 1e-4, `the entropy of position ${position}: ${entropy}, expected ${bits}`);
    expect(
      isBest(
        top.map(({ id }) => id),
        logits,
      ),
      `the order of position ${position}`,
    );
  });
  lens.rows
    .flat()
    .forEach(({ top, entropy }, cell) => expect(isShare(top) && entropy >= 0, `cell ${cell} of the lens`));
  inspection.neighbours?.forEach(({ index, ...lists }) => {
    const near = nearness(inputs[inspection.tokens[index]?.id as number] as Float32Array, inputs);
    for (const metric of metrics)
      expect(
        isBest(
          lists[metric].map(({ id }) => id),
          near[metric],
        ),
        `the neighbours of token ${index} by ${metric}`,
      );
  });
  return wrong;
}
