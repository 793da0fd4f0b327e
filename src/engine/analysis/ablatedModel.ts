import type { LayerPart, Ablated } from '../../shared/ablation';
import type { Control, Signal } from '../../shared/engine';
import { badRequest } from '../../shared/errors';
import { headSizeIn } from '../architecture/hyperparameters';
import { mean } from '../arrays/vectors';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { unchangeable } from '../trunk/changes';
import { MovableTrunk } from '../trunk/movableTrunk';
import type { ReplacedOutput } from '../trunk/trunk';
import { checkExpert } from './experts';
import { checkHead, checkLayer, layerHeads } from './layerHeads';
import { checkNeuron, firedBy } from './neurons';
import type { CutText } from './tokenise';

/** Positions of the text that are averaged together. */
const together = 64;

/**
 * Does work with a model whose layers leave some parts out: their outputs are zeros, or their means over the positions
 * of the text in the complete model. A head is left out before the output product, so the product's bias and a norm
 * after it stay. The layers run where they were loaded.
 */
export async function withAblated<T>(
  model: Model,
  { inspected }: CutText,
  { parts, by }: Ablated,
  { signal }: Control,
  work: (changed: Model) => Promise<T>,
): Promise<T> {
  const { hyperparameters, trunk } = model.needRunner();
  const { home } = trunk;
  for (const part of parts)
    if (part.kind === 'head') checkHead(part, hyperparameters);
    else if (part.kind === 'neuron') checkNeuron(part, hyperparameters);
    else if (part.kind === 'expert') checkExpert(part, hyperparameters);
    else checkLayer(part.layer, hyperparameters);
  if (!home.ablated) throw unchangeable();
  const ablated: ReplacedOutput[] = [];
  for (const part of parts)
    ablated.push({ part, values: by === 'zero' ? null : await meanOf(model, inspected, part, signal) });
  const changed = home.ablated(ablated);
  try {
    return await work(model.withLayers(new MovableTrunk(changed)));
  } finally {
    changed.release();
  }
}

/** The mean output of a part over the positions of a text, in the complete model. */
async function meanOf(
  model: Model,
  ids: readonly number[],
  part: LayerPart,
  signal: Signal | undefined,
): Promise<Float32Array> {
  if (part.kind === 'expert')
    throw badRequest`An expert runs at some positions alone, so it has no mean over the text. Set it to 0.`;
  if (part.kind === 'neuron') return Float32Array.of(mean(await firedBy(model, part, ids, { signal })));
  const { dimensions } = model.hyperparameters;
  const headSize = headSizeIn(model.hyperparameters, part.layer);
  const sum = new Float64Array(part.kind === 'head' ? headSize : dimensions);
  const add = (row: Float32Array | Float64Array) => row.forEach((value, i) => ((sum[i] as number) += value));
  for (let from = 0; from < ids.length; from += together) {
    const to = Math.min(from + together, ids.length);
    const store = await model.trunk.run(ids, { signal });
    if (part.kind === 'head') {
      const { outputs } = layerHeads(model, part.layer, store, { from, to });
      for (const row of outputs) add(row.subarray(part.head * headSize, (part.head + 1) * headSize));
      await pause(signal);
    } else {
      const replay = await model.trunk.replay(from, model.embedding.rows(ids.slice(from, to)), { signal });
      const output = replay[part.kind][part.layer] as Float32Array;
      for (let at = 0; at < output.length; at += dimensions) add(output.subarray(at, at + dimensions));
    }
  }
  return Float32Array.from(sum, (value) => value / ids.length);
}
