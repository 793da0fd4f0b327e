import type { LayerPart, Ablated } from '../../shared/ablation';
import type { Control, Signal } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { MovableTrunk } from '../trunk/movableTrunk';
import type { ReplacedPart } from '../trunk/replacedParts';
import { checkHead, checkLayer, layerHeads } from './layerHeads';
import type { CutText } from './tokenise';

/** Positions of the text that are averaged together. */
const together = 64;

/**
 * Does work with a model whose layers leave some parts out: their outputs are zeros, or their means over the positions
 * of the text in the complete model. A head is left out before the output product, so that the product's bias, and a
 * norm after it, stay. The layers run where they were loaded.
 */
export async function withAblated<T>(
  model: Model,
  { inspected }: CutText,
  { parts, by }: Ablated,
  { signal }: Control,
  work: (changed: Model) => Promise<T>,
): Promise<T> {
  const { hyperparameters, trunk } = model.needRunner();
  for (const part of parts)
    if (part.kind === 'head') checkHead(part, hyperparameters);
    else checkLayer(part.layer, hyperparameters);
  if (!trunk.home.ablated)
    throw new EngineError(
      'model-unsupported',
      'The layers of this model do not run on Vectorscope’s own kernels, so none of their parts can be left out. Choose another model.',
    );
  const replaced: ReplacedPart[] = [];
  for (const part of parts)
    replaced.push({ part, values: by === 'zero' ? null : await meanOf(model, inspected, part, signal) });
  const changed = trunk.home.ablated(replaced);
  try {
    return await work(model.withLayers(new MovableTrunk(changed)));
  } finally {
    changed.release();
  }
}

/** The mean output of a part over the positions of a text, in the complete model. */
function meanOf(
  model: Model,
  ids: readonly number[],
  part: LayerPart,
  signal: Signal | undefined,
): Promise<Float32Array> {
  return part.kind === 'head' ? meanOfHead(model, ids, part, signal) : meanOfPart(model, ids, part, signal);
}

async function meanOfHead(
  model: Model,
  ids: readonly number[],
  { layer, head }: Extract<LayerPart, { readonly kind: 'head' }>,
  signal: Signal | undefined,
): Promise<Float32Array> {
  const { headSize } = model.hyperparameters;
  const sum = new Float64Array(headSize);
  for (let from = 0; from < ids.length; from += together) {
    const store = await model.trunk.run(ids, { signal });
    const slice = { from, to: Math.min(from + together, ids.length) };
    const { mixed } = layerHeads(model, layer, store, slice);
    for (const row of mixed) addTo(sum, row.subarray(head * headSize, (head + 1) * headSize));
    await pause(signal);
  }
  return Float32Array.from(sum, (value) => value / ids.length);
}

async function meanOfPart(
  model: Model,
  ids: readonly number[],
  { layer, kind }: Exclude<LayerPart, { readonly kind: 'head' }>,
  signal: Signal | undefined,
): Promise<Float32Array> {
  const { dimensions } = model.hyperparameters;
  const sum = new Float64Array(dimensions);
  await model.trunk.run(ids, { signal });
  for (let from = 0; from < ids.length; from += together) {
    const vectors = model.embedding.rows(ids.slice(from, from + together));
    const output = (await model.trunk.replay(from, vectors, { signal }))[kind][layer] as Float32Array;
    for (let at = 0; at < output.length; at += dimensions) addTo(sum, output.subarray(at, at + dimensions));
  }
  return Float32Array.from(sum, (value) => value / ids.length);
}

function addTo(sum: Float64Array, row: Float32Array | Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (row[i] as number);
}
