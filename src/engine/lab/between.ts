import { rangesOf, type BetweenPoint, type BetweenResult } from '../../shared/lab';
import { byMetric, metrics } from '../../shared/metrics';
import { said } from '../../shared/said';
import { tokenProbability } from '../analysis/positions';
import { angle, norm, type Vector } from '../arrays/vectors';
import { RowRanking } from '../directions/ranking';
import { likeliestOf } from '../model/logits';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { checkNumber, checkToken, entry, type TextTrial } from './experiment';
import { lastHidden } from './prediction';

const listed = 5;

/**
 * Walks from one token's vector to another's, straight and along the sphere. Each step lists the nearest tokens and the
 * likeliest next ones.
 */
export async function between(trial: TextTrial<'between'>): Promise<BetweenResult> {
  const {
    model,
    options: { from, to, steps, ...text },
    signal,
    report,
  } = trial;
  checkToken(model, from);
  checkToken(model, to);
  checkNumber(said`number of steps`, steps, rangesOf('between').steps);
  const { ids } = await lastHidden(trial, text);
  const [start, end] = [model.embedding.row(from), model.embedding.row(to)];
  const walked: BetweenResult['steps'][number][] = [];
  while (walked.length < steps) {
    const t = walked.length / (steps - 1);
    walked.push({
      t,
      straight: await pointAt(model, mix(start, end, 1 - t, t), ids.length - 1, signal),
      sphere: await pointAt(model, alongSphere(start, end, t), ids.length - 1, signal),
    });
    report(walked.length / steps);
    await pause(signal);
  }
  const named = (id: number) => ({ id, text: model.tokenizer.textOf(id) });
  return { from: named(from), to: named(to), steps: walked, ids };
}

async function pointAt(
  model: Model,
  vector: Float32Array,
  position: number,
  signal: TextTrial<'between'>['signal'],
): Promise<BetweenPoint> {
  const { directions, inputs } = model;
  const [found] = await inputs.search([vector], { count: listed, lists: metrics, signal });
  const { residuals } = await model.trunk.replay(position, vector, { signal });
  const hidden = Float32Array.from(model.finalNorm(residuals.at(-1) as Float32Array));
  const [products] = (await directions.products([hidden])) as [Vector];
  const { likeliest, softmax } = likeliestOf(
    model,
    new RowRanking(directions, directions.raw, hidden, products),
    listed,
  );
  return {
    size: norm(vector),
    nearest: byMetric((metric) => (found?.ranked[metric] ?? []).map(({ id, value }) => entry(model, id, value))),
    predicted: likeliest.map(({ id, value }) => entry(model, id, tokenProbability(model, value, softmax))),
  };
}

const mix = (a: Vector, b: Vector, ofA: number, ofB: number): Float32Array =>
  Float32Array.from(a, (value, j) => ofA * value + ofB * (b[j] as number));

/**
 * Along the great circle of the unit vectors (Shoemake 1985), with a length that changes evenly from one end to the
 * other. Parallel and opposite vectors have no shortest circle: between them the path is straight.
 */
function alongSphere(a: Vector, b: Vector, t: number): Float32Array {
  const [sizeA, sizeB] = [norm(a), norm(b)];
  const turn = (angle(a, b, sizeA, sizeB) * Math.PI) / 180;
  const sine = Math.sin(turn);
  if (!(Math.abs(sine) > 1e-9)) return mix(a, b, 1 - t, t);
  const size = (1 - t) * sizeA + t * sizeB;
  return mix(a, b, (size * Math.sin((1 - t) * turn)) / (sine * sizeA), (size * Math.sin(t * turn)) / (sine * sizeB));
}
