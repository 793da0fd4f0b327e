import {
  allHeads,
  type Attention,
  type AttentionPart,
  type AttentionQuestion,
  type Head,
  type HeadAttention,
} from '../../shared/attention';
import type { Signal } from '../../shared/engine';
import { badRequest } from '../../shared/errors';
import { reachedShare } from '../architecture/hyperparameters';
import { dot, norm, row } from '../arrays/vectors';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import type { TrunkStore } from '../trunk/trunk';
import { checkHead, layerHeads } from './layerHeads';
import { checkPushed, spanWithin } from './limits';
import type { AboutText } from './positions';
import { directionOf, pushedBy } from './push';

/** Numbers of the heads' vectors, or weights, that are kept at a time: 16 MiB. */
const numbersTogether = 2 ** 21;

/** What heads look at, how much they add, and what they push. Nothing is kept. */
export const attentionOf: AboutText<AttentionQuestion, Attention> = async (
  { model },
  { inspected },
  question,
  control,
) => {
  checkPushed(model, question);
  const { hyperparameters, norm: finalNorm } = model.needRunner();
  const { dimensions, layers } = hyperparameters;
  const heads = question.heads ?? allHeads(hyperparameters);
  for (const head of heads) checkHead(head, hyperparameters);
  const { length } = inspected;
  const { from, to } = spanWithin(question.positions, length);
  const store = await model.trunk.run(inspected, { signal: control.signal });

  const { output, against } = question;
  if (output === undefined && against !== undefined)
    throw badRequest`A token to compare with was given without the token that is compared.`;
  const unembedding =
    output === undefined ? undefined : directionOf(model, { output, ...(against !== undefined && { against }) }).row;
  const seen = unembedding
    ? Array.from({ length: to - from }, (_, i) =>
        pushedBy(finalNorm, unembedding, row(store.residuals(layers), from + i, dimensions)),
      )
    : undefined;
  const parts = new Parts(to - from, dimensions, seen);

  const found = new Map<number, LayerParts>();
  for (const { layer } of heads) {
    if (found.has(layer)) continue;
    const wanted = heads.filter((head) => head.layer === layer);
    found.set(layer, await takeApart(model, store, layer, wanted, { from, to }, parts, control.signal));
  }
  return {
    from,
    heads: heads.map(({ layer, head }) => found.get(layer)?.heads.get(head) as HeadAttention),
    biases: [...found.values()].flatMap(({ bias }) => bias ?? []),
    ...(output !== undefined && { output: model.vocabulary.token(output) }),
  };
};

interface LayerParts {
  readonly heads: ReadonlyMap<number, HeadAttention>;
  readonly bias: Attention['biases'][number] | null;
}

/** The wanted heads of one layer and its bias, some positions at a time. */
async function takeApart(
  model: Model,
  store: TrunkStore,
  layer: number,
  wanted: readonly Head[],
  { from, to }: { readonly from: number; readonly to: number },
  parts: Parts,
  signal: Signal | undefined,
): Promise<LayerParts> {
  const { hyperparameters } = model;
  const heads = wanted.map(({ head }) => ({ layer, head, rows: [] as Float64Array[], ...parts.blank() }));
  let bias: LayerParts['bias'] = null;
  const share = reachedShare(hyperparameters, layer);
  const step = Math.max(
    1,
    Math.floor(numbersTogether / (hyperparameters.heads * Math.max(hyperparameters.dimensions, to))),
  );
  for (let first = from; first < to; first += step) {
    const slice = { from: first, to: Math.min(first + step, to) };
    const found = layerHeads(model, layer, store, slice);
    for (const part of heads) {
      for (const weightsOfRow of found.weights[part.head] as readonly Float64Array[]) part.rows.push(weightsOfRow);
      parts.measure(part, found.added[part.head] as Float64Array, first - from, share);
    }
    if (found.bias) parts.measure((bias ??= { layer, ...parts.blank() }), found.bias, first - from, share);
    await pause(signal);
  }
  return { heads: new Map(heads.map((part) => [part.head, part])), bias };
}

/** Sizes and pushes of vectors at some positions. */
class Parts {
  constructor(
    private readonly positions: number,
    private readonly dimensions: number,
    /** For each position the vector whose product with a part is the part's push. */
    private readonly seen: readonly Float64Array[] | undefined,
  ) {}

  blank(): AttentionPart {
    return {
      size: new Float64Array(this.positions),
      ...(this.seen && { push: new Float64Array(this.positions) }),
    };
  }

  /** Measures the vectors at the positions from the index `first` on, of which `share` reaches the last residual. */
  measure({ size, push }: AttentionPart, vectors: Float64Array, first: number, share: number): void {
    for (let i = 0; i < vectors.length / this.dimensions; i++) {
      const vector = row(vectors, i, this.dimensions);
      size[first + i] = norm(vector);
      if (push) push[first + i] = share * dot(this.seen?.[first + i] as Float64Array, vector);
    }
  }
}
