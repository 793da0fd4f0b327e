import type { LocalEngine } from '../../../src/engine/localEngine';
import type { Model } from '../../../src/engine/model/model';
import type { Ablation } from '../../../src/shared/ablation';
import { metrics, type ByMetric } from '../../../src/shared/metrics';
import { logShares } from '../../unit/support/bothTruth';
import { divergenceOf } from '../../unit/support/headsTruth';
import { deviation } from '../../unit/support/truth';
import { Worst, type Figure } from './figures';
import { dot, minus, output, plus, size, type Texts, type Truths } from './truths';

type Row = ArrayLike<number>;

/** As many tokens as may be asked for. Small vocabularies are compared as a whole. */
const most = 1000;
/** Between two directions, degrees. Unlike an arc cosine, it is exact for small angles too. */
function angle(a: Row, b: Row): number {
  const [one, other] = [a, b].map((row) => Array.from(row, (value) => value / size(row))) as [number[], number[]];
  const between = (sign: number) => size(one.map((value, i) => value + sign * (other[i] as number)));
  return (360 / Math.PI) * Math.atan2(between(-1), between(1));
}
const apart = (found: number | undefined, expected: number, over = 1): number =>
  found === expected ? 0 : Math.abs((found ?? NaN) - expected) / Math.abs(over);
const bits = (found: number | undefined, expected: number): number => apart(found, expected, Math.max(1, expected));

/** All figures of a loaded model beside those of the equations. */
export async function measure(engine: LocalEngine, model: Model, texts: Texts, truths: Truths): Promise<Worst> {
  const worst = new Worst();
  const { length } = model.vocabulary;
  const count = Math.min(most, length);
  await vectors(engine, model, worst);
  await expressions(engine, model, texts, truths, worst);
  await predictions(engine, model, texts, truths, count, worst);
  await residuals(engine, model, texts, truths, worst);

  const { heads } = await engine.attention({ text: texts.a, output });
  for (const { layer, head, rows, size: sizes, push = [] } of heads) {
    const own = truths.a.heads[layer]?.[head];
    const largest = Math.max(...(own?.push ?? []).map(Math.abs));
    own?.rows.forEach((row, i) => row.forEach((weight, j) => worst.note('weight', apart(rows[i]?.[j], weight))));
    own?.push.forEach((one, i) => worst.note('push', apart(push[i], one, largest)));
    own?.size.forEach((one, i) => worst.note('residual', apart(sizes[i], one, one)));
  }

  const position = truths.ids.length - 1;
  const before = truths.a.logits[position] as readonly number[];
  const changed = (figure: Figure, found: Ablation, from: readonly number[], to: readonly number[]) => {
    const both = found.tokens.map(({ token, logits }) => [model.capped(logits[1]), to[token.id] as number] as const);
    worst.note(figure, deviation([both.map(([own]) => own)], [both.map(([, truth]) => truth)]));
    worst.note('KL', bits(found.divergence, divergenceOf(from, to)));
  };
  for (const { what, logits } of truths.ablations) {
    const ablated = { parts: [what], by: 'zero' } as const;
    changed('ablation', await engine.ablation({ text: texts.a, position, ablated, count }), before, logits);
  }
  for (const { what: steering, logits } of truths.steerings)
    changed('steering', await engine.steer({ text: texts.a, position, steering, count }), before, logits);
  for (const { what, logits } of truths.patches) {
    const places = { position, otherPosition: truths.last, at: truths.at };
    const asked = {
      text: texts.a,
      other: { text: texts.b },
      ...places,
      ...what,
      tokens: [plus, minus],
      count,
    } as const;
    changed('patching', await engine.patchCell(asked), truths.b, logits);
  }
  return worst;
}

const scores = (query: Row, row: Row): ByMetric<number> => ({
  euclidean: size(Array.from(query, (value, i) => value - (row[i] as number))),
  dot: dot(query, row),
  cosine: dot(query, row) / size(query) / size(row),
});
const figureOf: ByMetric<Figure> = { euclidean: 'distance', dot: 'dot', cosine: 'cosine' };

async function vectors(engine: LocalEngine, model: Model, worst: Worst): Promise<void> {
  const { length } = model.vocabulary;
  for (let i = 0; i < 8; i++) {
    const id = Math.floor((length * (i + 0.5)) / 8);
    const query = model.embedding.row(id);
    const { lists } = await engine.neighbours({ id, count: 50, centred: false });
    for (const metric of metrics)
      for (const { token, values } of lists[metric]) {
        const row = model.embedding.row(token.id);
        const expected = scores(query, row);
        worst.note('size', apart(token.size, size(row), size(row)));
        for (const one of metrics) {
          const over = { euclidean: expected.euclidean, dot: size(query) * size(row), cosine: 1 }[one];
          worst.note(figureOf[one], apart(values[one], expected[one], over));
        }
      }
  }
}

async function expressions(engine: LocalEngine, model: Model, texts: Texts, truths: Truths, worst: Worst) {
  const position = truths.ids.length - 1;
  const place = { text: { text: texts.a }, position };
  const [e, other] = [model.embedding.row(plus), model.embedding.row(minus)];
  const u = model.directions.matrix.row(plus);
  const h = truths.a.normed.at(-1)?.[position] as readonly number[];
  for (const [expression, of, matrix] of [
    [`#${plus} - 0.5 * #${minus}`, Array.from(e, (value, i) => value - 0.5 * (other[i] as number)), model.embedding],
    [`unit(h) - u(#${plus})`, h.map((value, i) => value / size(h) - (u[i] as number)), model.directions.matrix],
  ] as const) {
    const found = await engine.vector({ expression, place, centred: false, count: 50 });
    worst.note('vector', apart(found.size, size(of), size(of)));
    for (const { token, values } of found.lists.dot) {
      const row = matrix.row(token.id);
      worst.note('vector', apart(values.dot, dot(of, row), size(of) * size(row)));
    }
  }
}

async function predictions(
  engine: LocalEngine,
  model: Model,
  texts: Texts,
  truths: Truths,
  count: number,
  worst: Worst,
): Promise<void> {
  const { layers } = model.hyperparameters;
  const asked = { text: texts.a, neighbours: 0, top: count, layers: false, centred: false };
  const { predictions: found = [], tokens } = await engine.inspect(asked);
  const all: { readonly own: number[]; readonly truth: number[] } = { own: [], truth: [] };
  for (const [position, { top, entropy, hiddenSize }] of found.entries()) {
    const logits = truths.a.logits[position] as readonly number[];
    const logs = logShares(logits);
    for (const { id, logit, probability } of top) {
      all.own.push(logit);
      all.truth.push(logits[id] as number);
      worst.note('p', apart(probability, 2 ** (logs[id] as number)));
    }
    const h = size(truths.a.normed.at(-1)?.[position] as Row);
    worst.note('residual', apart(hiddenSize, h, h));
    worst.note(
      'bits',
      bits(
        entropy,
        logs.reduce((sum, log) => sum - 2 ** log * log, 0),
      ),
    );
    const next = truths.ids[position + 1];
    if (next !== undefined) worst.note('bits', bits(tokens[position + 1]?.surprisal ?? NaN, -(logs[next] as number)));
  }
  worst.note('logit', deviation([all.own], [all.truth]));

  const last = truths.ids.length - 1;
  const positions = { from: Math.max(0, last - 1), to: last + 1 };
  for (const after of ['layer', 'attention'] as const) {
    const first = after === 'layer' ? 0 : 1;
    const rows = { text: texts.a, after, first, count: layers + 1 - first, positions };
    const lens = await engine.lens({ ...rows, top: 5 });
    const divergence = await engine.divergence(rows);
    lens.rows.forEach((cells, index) =>
      cells.forEach(({ top }, i) => {
        const step = { layer: first + index, after };
        const logs = truths.lens.logProbabilities(step, positions.from + i);
        for (const { token, probability } of top)
          worst.note('lens', apart(probability, Math.exp(logs[token.id] as number)));
        worst.note('KL', bits(divergence.rows[index]?.[i], truths.lens.divergence(step, positions.from + i)));
      }),
    );
  }
}

async function residuals(engine: LocalEngine, model: Model, texts: Texts, truths: Truths, worst: Worst): Promise<void> {
  const run = await engine.run({ text: texts.a });
  const predicted = run.likeliest.map(([first]) => first?.token.id as number);
  truths.a.residuals.forEach((ofLayer, layer) =>
    ofLayer.forEach((residual, position) => {
      const own = size(residual);
      worst.note('residual', apart(run.layers.residualSize[layer]?.[position], own, own));
      const input = angle(residual, model.embedding.row(truths.ids[position] as number));
      worst.note('angle', apart(run.layers.angleToInput[layer]?.[position], input));
      const row = model.directions.matrix.row(predicted[position] as number);
      const normed = truths.a.normed[layer]?.[position] as Row;
      worst.note('angle', apart(run.layers.angleToPrediction[layer]?.[position], angle(normed, row)));
    }),
  );
}
