import { modelUnsupported, outOfRange } from '../../shared/errors';
import type { Expert, ExpertPart, ExpertsQuestion, ExpertsView, LayerExperts } from '../../shared/experts';
import type { Experts, Hyperparameters } from '../architecture/hyperparameters';
import { dot, norm, row, type Vector } from '../arrays/vectors';
import { chosenShares } from '../kernels/runExperts';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { readLayer } from '../trunk/heads';
import type { ExpertsReading } from '../trunk/layerReader';
import { mapRow } from '../trunk/neurons';
import type { Replay, TrunkStore } from '../trunk/trunk';
import { checkLayer, productsOf } from './layerHeads';
import { isWithin } from './limits';
import { cosineOf, seenFrom, seenIn, type Seen } from './neurons';
import type { AboutText } from './positions';

/** Positions whose routers are read together. */
const together = 64;

function neededExperts({ experts }: Hyperparameters): Experts {
  if (experts) return experts;
  throw modelUnsupported`The model has no experts: it is not a mixture. Load a mixture of experts to ask for them.`;
}

/** Throws an `EngineError` if the model has no such expert. */
export function checkExpert({ layer, expert }: Expert, model: Hyperparameters): void {
  checkLayer(layer, model);
  const { count } = neededExperts(model);
  if (!isWithin(expert, count)) throw outOfRange('expert', expert, `0 to ${count - 1}`);
}

/** The experts of all layers: which ran at every position, and what they added at one. Nothing is kept. */
export const expertsView: AboutText<ExpertsQuestion, ExpertsView> = async (loaded, text, question, control) => {
  const { model } = loaded;
  const [{ position }, { inspected: ids }] = [question, text];
  const listed = question.isAlone ? 0 : ids.length;
  const { layers } = model.hyperparameters;
  const { count, used } = neededExperts(model.hyperparameters);
  const { seen, output, against } = await seenFrom(loaded, text, question, control);
  const found = Array.from({ length: layers }, (_, layer) => ({
    layer,
    ran: new Int32Array(listed * used).fill(-1),
    probabilities: new Float64Array(listed * used),
    parts: [] as ExpertPart[],
    dense: null as LayerExperts['dense'],
  }));
  for (let from = 0; from < listed; from += together) {
    const to = Math.min(from + together, listed);
    const replay = await model.trunk.replay(from, model.embedding.rows(ids.slice(from, to)), control);
    const store = await model.trunk.run(ids, { signal: control.signal });
    for (const here of found) {
      listRan(here, readExperts(model, here.layer, store, replay, from, to), from, used);
      await pause(control.signal);
    }
  }
  const replay = await model.trunk.replay(position, model.embedding.rows([ids[position] as number]), control);
  const store = await model.trunk.run(ids, { signal: control.signal });
  for (const here of found) {
    const { layer, parts } = here;
    const reading = readExperts(model, layer, store, replay, position, position + 1);
    const own = seenIn(seen, model, layer);
    const dense = (reading.whole?.rows[0] as Float64Array | undefined)?.slice();
    for (const { expert, share, added } of reading.added()) {
      parts.push({ ...described(model, layer, expert, share, reading), ...measured(layer, added, own) });
      dense?.forEach((value, j) => (dense[j] = value - (added[j] as number)));
    }
    if (dense) here.dense = measured(layer, dense, own);
    await pause(control.signal);
  }
  return { position, output, against, count, used, layers: found };
};

/** The experts of a layer from `from` up to, excluding, `to`, with the attention of a replay that begins there. */
function readExperts(
  model: Model,
  layer: number,
  store: TrunkStore,
  replay: Replay,
  from: number,
  to: number,
): ExpertsReading {
  const { dimensions } = model.hyperparameters;
  const reading = readLayer(model.inFile, layer, store, { from, to }, productsOf(model, layer));
  const attended = replay.attention[layer] as Float32Array;
  reading.added.know(() =>
    Array.from({ length: to - from }, (_, i) => Float64Array.from(row(attended, i, dimensions))),
  );
  return reading.experts();
}

function listRan({ ran, probabilities }: LayerExperts, { logits, chosen }: ExpertsReading, from: number, used: number) {
  chosen.rows.forEach((own, i) => {
    const here = [...own.keys()].filter((expert) => own[expert] !== 0);
    const likely = softmaxOf(logits.rows[i] as Float64Array);
    ran.set(here, (from + i) * used);
    here.forEach((expert, place) => (probabilities[(from + i) * used + place] = likely[expert] as number));
  });
}

const softmaxOf = (logits: Vector) => chosenShares(logits, logits.length, false);

function described(
  model: Model,
  layer: number,
  expert: number,
  share: number,
  { router, routed, logits }: ExpertsReading,
): Omit<ExpertPart, 'size' | 'push' | 'meanPush'> {
  const x = routed.rows[0] as Float64Array;
  const weight = router && mapRow(model.weights, router, expert);
  return {
    layer,
    expert,
    probability: softmaxOf(logits.rows[0] as Float64Array)[expert] as number,
    share,
    router: weight && {
      size: norm(weight),
      cosine: cosineOf(weight, x),
      product: dot(weight, x),
      ...(router?.bias && { bias: router.bias[expert] as number }),
    },
  };
}

const measured = (layer: number, added: Vector, { pushed, mean }: Seen) => ({
  layer,
  size: norm(added),
  push: dot(pushed, added),
  meanPush: mean ? dot(mean, added) : 0,
});
