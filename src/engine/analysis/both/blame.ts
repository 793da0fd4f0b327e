import type { Blame, BlameGrain, BlameQuestion, BlamedPart, MixedEffect, ModelPart } from '../../../shared/blame';
import { bothOf, type Both } from '../../../shared/both';
import type { Control } from '../../../shared/engine';
import { madeOf } from '../../../shared/layerParts';
import { inMemory } from '../../../shared/noMemory';
import type { Architecture } from '../../architecture/architecture';
import { mean } from '../../arrays/vectors';
import type { Model } from '../../model/model';
import { MovableTrunk } from '../../trunk/movableTrunk';
import { layerOfTensor } from '../../weights/weights';
import { checkId, checkPosition } from '../limits';
import type { Tokenised } from '../tokenise';
import { checkAlike, withExchanged, type Exchanged } from './exchanged';
import { logitBetween } from './positionInBoth';
import {
  batchesOf,
  keptHidden,
  multipliedTogether,
  positionsTogether,
  runOneText,
  type PredictedText,
  type RanText,
} from './ranText';
import { sameTokens } from './textInBoth';

type Swapped = Exchanged & { readonly part: ModelPart };

/** Bytes that the products of A may take. */
const mostKept = 2 ** 25;

/**
 * Exchanges one part of two models after the other. Both have one vocabulary and are in memory. Each part is told as
 * soon as it is there. Throws `EngineError('bad-request')` if the models are not of one shape.
 */
export async function blame(
  loaded: Both<Model>,
  { tokenisation, ids: all, length: read }: Tokenised,
  { position, by, reverse, token: asked }: BlameQuestion,
  { signal, onProgress }: Control,
): Promise<Blame> {
  const run = Math.min(read, loaded[1].contextLength);
  checkPosition(position, run);
  if (asked !== undefined) checkId(loaded[0], asked);
  checkAlike(loaded);
  // Layers elsewhere round differently.
  const models = bothOf((side) => loaded[side].withLayers(new MovableTrunk(loaded[side].trunk.home)));
  const { vocabulary } = models[0].directions.matrix;
  const kept = Math.min(run, Math.max(1, Math.floor(mostKept / 4 / vocabulary)));
  const length = Math.max(kept, position + 1);
  const ids = all.slice(0, length);
  const a = await withProducts(await runOneText(models[0], ids, { signal }), kept, signal);
  const cut = { ...tokenisation, tokens: tokenisation.tokens.slice(0, length) };
  const first = Math.max(0, cut.contextCount - 1);
  const logits = bothOf(() => new Float64Array(vocabulary));

  const effectOf = async (mixed: PredictedText, token?: number): Promise<MixedEffect & { readonly token: number }> => {
    const texts = [a, mixed] as const;
    const found: { logit?: MixedEffect['logit']; token?: number } = {};
    const { divergence, hiddenAngle, hiddenSize } = await sameTokens(
      texts,
      cut,
      { ...(signal && { signal }) },
      async (at, _, predictions) => {
        if (at !== position) return;
        const hidden = bothOf((side) => texts[side].hidden(at));
        found.token = token ?? predictions.first(0).id;
        found.logit = logitBetween([models[0], mixed.model], hidden, predictions, found.token);
      },
      logits,
    );
    const own = divergence[0];
    const predicted = own.subarray(first, length - 1);
    return {
      divergence: own[position] as number,
      meanDivergence: predicted.length > 0 ? mean(predicted) : (own[position] as number),
      logit: found.logit as MixedEffect['logit'],
      h: {
        angle: hiddenAngle?.[position] as number,
        ratio: (hiddenSize[1][position] as number) / (hiddenSize[0][position] as number),
      },
      token: found.token as number,
    };
  };

  const { token, ...whole } = await effectOf(await runOneText(models[1], ids, { signal }), asked);
  const said = {
    ...{ position, by, reverse, whole, leftOut: run - length },
    token: models[0].vocabulary.token(token),
  };
  const pair = reverse ? ([models[1], models[0]] as const) : models;
  const swaps = swapsOf(models, by);
  const parts: BlamedPart[] = [];
  const together = Math.floor(positionsTogether(vocabulary) / length);
  const numbers = together > 1 ? together * length * vocabulary : 0;
  const room = inMemory(4 * numbers, () => new Float32Array(numbers));
  const tell = async (texts: readonly PredictedText[]): Promise<void> => {
    for (const text of texts) {
      const { token: _, ...effect } = await effectOf(text, token);
      parts.push({ part: (swaps[parts.length] as Swapped).part, ...effect });
      const blamed = { ...said, parts: parts.slice(-1) };
      onProgress?.({ stage: 'run', fraction: parts.length / swaps.length, blamed });
    }
  };
  let waiting: PredictedText[] = [];
  let told: Promise<void> = Promise.resolve();
  try {
    for (const [i, swap] of swaps.entries()) {
      const run = async (mixed: Model) => keptHidden(await runOneText(mixed, ids, { signal }));
      waiting.push(await withExchanged(pair, swap, run));
      // The first part is told at once. Other output rows are multiplied by themselves.
      const next = swaps[i + 1];
      if (i > 0 && waiting.length < together && next && !next.outputs) continue;
      await told;
      // Told while the next parts run on the other threads.
      told = tell(waiting.length > 1 ? await multipliedTogether(waiting, room, signal) : waiting);
      // It may fail while nobody waits for it.
      told.catch(() => undefined);
      waiting = [];
    }
  } finally {
    await told;
  }
  return { ...said, parts };
}

/** The text with its first products in memory. */
async function withProducts(ran: RanText, kept: number, signal: Control['signal']): Promise<RanText> {
  const { vocabulary } = ran.model.directions.matrix;
  const all = inMemory(4 * kept * vocabulary, () => new Float32Array(kept * vocabulary));
  for await (const { from, products } of batchesOf([ran], kept, signal))
    all.set(products[0] as Float32Array, from * vocabulary);
  return {
    ...ran,
    products: async (from, to, room, own) =>
      to <= kept ? all.subarray(from * vocabulary, to * vocabulary) : ran.products(from, to, room, own),
  };
}

/** What is exchanged for each part, in the order of the model. */
export function swapsOf(models: Both<Model>, by: BlameGrain): Swapped[] {
  const [a, b] = bothOf((side) => models[side].weights.tensors);
  const { thin } = models[1].weights;
  // An adapter leaves most tensors of A as they are.
  const names = [...new Set([...a.keys(), ...b.keys()])].filter(
    (name) => a.get(name) !== b.get(name) || thin?.has(name),
  );
  const { architecture, layers } = { ...models[0].needRunner(), ...models[0].hyperparameters };
  const { embedding, positions, beside = [], unembedding, finalNorm, finalNormBias } = architecture;
  const { hyperparameters } = models[0];
  const swapped = (part: ModelPart, own: readonly (string | undefined)[]): Swapped[] => {
    const tensors = names.filter((name) => own.includes(name));
    if (tensors.length === 0) return [];
    if (by !== 'tensors') return [{ part, tensors }];
    // One file has in one tensor what the other has in two.
    const apart = tensors.filter((name) => !a.has(name) || !b.has(name));
    const together = [a, b].every((one) => apart.some((name) => one.has(name))) ? apart : [];
    const alone = tensors.filter((name) => !together.includes(name)).map((name) => [name]);
    const groups = together.length > 0 ? [...alone, together] : alone;
    return groups.map((group) => ({ part: { ...part, tensor: group.join(' + ') }, tensors: group }));
  };
  const ofLayer = (layer: number): Swapped[] => {
    const own = names.filter((name) => layerOfTensor(name) === layer);
    if (by === 'layers') return swapped({ kind: 'layer', layer }, own);
    return (['attention', 'feedForward'] as const).flatMap((kind) =>
      swapped(
        { kind, layer, ...madeOf(kind, layer, hyperparameters) },
        own.filter((name) => isFeedForward(name, architecture) === (kind === 'feedForward')),
      ),
    );
  };
  const outputs = a.has(unembedding) || b.has(unembedding) ? unembedding : embedding;
  return [
    ...swapped({ kind: 'matrix', side: 'input' }, [embedding, positions, ...beside]),
    ...Array.from({ length: layers }, (_, layer) => ofLayer(layer)).flat(),
    ...swapped({ kind: 'norm' }, [finalNorm, finalNormBias]),
    ...(models[0].directions === models[1].directions
      ? []
      : [
          {
            part: { kind: 'matrix' as const, side: 'output' as const, ...(by === 'tensors' && { tensor: outputs }) },
            tensors: [],
            outputs: true,
          },
        ]),
  ];
}

const isFeedForward = (name: string, { ofFeedForward = [] }: Architecture): boolean =>
  /\.(ffn_|post_ffw_norm)/.test(name) || ofFeedForward.some((part) => name.includes(`.${part}.`));
