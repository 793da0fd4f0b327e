import type { BetweenOptions, BetweenPoint, BetweenResult } from '../../shared/lab';
import { byMetric, metrics } from '../../shared/tokens';
import { likeliestOf } from '../model/logits';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { probability, type PositionStore } from '../analysis/positions';
import { Comparison } from '../directions/ranking';
import { angle, norm, type Vector } from '../tools/vectors';
import { checkToken, checkWhole, entry, type LabControl } from './experiment';
import { lastHidden } from './prediction';

const listed = 5;

/**
 * Walks from one token's vector to another's, straight and along the sphere, and asks at each step what is near and
 * what would follow.
 */
export async function between(
  model: Model,
  store: PositionStore,
  { from, to, steps, ...text }: BetweenOptions,
  { signal, tell }: LabControl,
): Promise<BetweenResult> {
  checkToken(model, from);
  checkToken(model, to);
  checkWhole('number of steps', steps, 2, 101);
  const { ids } = await lastHidden(model, store, text, { ...(signal && { signal }) });
  const [start, end] = [model.embedding.row(from), model.embedding.row(to)];
  const walked: BetweenResult['steps'][number][] = [];
  for (let step = 0; step < steps; step++) {
    const t = step / (steps - 1);
    walked.push({
      t,
      straight: await pointAt(model, mix(start, end, 1 - t, t), ids.length - 1, signal),
      sphere: await pointAt(model, alongSphere(start, end, t), ids.length - 1, signal),
    });
    tell((step + 1) / steps);
    await pause(signal);
  }
  const named = (id: number) => ({ id, text: model.tokenizer.textOf(id) });
  return { from: named(from), to: named(to), steps: walked };
}

async function pointAt(
  model: Model,
  vector: Float32Array,
  position: number,
  signal: LabControl['signal'],
): Promise<BetweenPoint> {
  const { directions, inputs } = model;
  const [found] = await inputs.search([vector], { count: listed, lists: metrics, signal });
  const { residuals } = await model.trunk.replay(position, vector, { signal });
  const hidden = Float32Array.from(model.finalNorm(residuals.at(-1) as Float32Array));
  const products = await directions.dots([hidden]);
  const { likeliest, softmax } = likeliestOf(
    model,
    new Comparison(directions, directions.raw, hidden, products),
    listed,
  );
  return {
    size: norm(vector),
    nearest: byMetric((metric) => (found?.ranked[metric] ?? []).map(({ id, value }) => entry(model, id, value))),
    predicted: likeliest.map(({ id, value }) => entry(model, id, probability(model, value, softmax))),
  };
}

const mix = (a: Vector, b: Vector, ofA: number, ofB: number): Float32Array =>
  Float32Array.from(a, (value, j) => ofA * value + ofB * (b[j] as number));

/**
 * The unit vectors' great circle (Shoemake 1985), with a length that goes evenly from one to the other. Where the two
 * point the same way, or opposite ways, so that no circle is the shortest, the way is straight.
 */
function alongSphere(a: Vector, b: Vector, t: number): Float32Array {
  const [sizeA, sizeB] = [norm(a), norm(b)];
  const turn = (angle(a, b, sizeA, sizeB) * Math.PI) / 180;
  const sine = Math.sin(turn);
  if (!(Math.abs(sine) > 1e-9)) return mix(a, b, 1 - t, t);
  const size = (1 - t) * sizeA + t * sizeB;
  return mix(a, b, (size * Math.sin((1 - t) * turn)) / (sine * sizeA), (size * Math.sin(t * turn)) / (sine * sizeB));
}
