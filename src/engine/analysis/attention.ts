import type { Attention, AttentionPart, AttentionRequest, Head, HeadAttention } from '../../shared/attention';
import type { Control } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import type { Hyperparameters } from '../architecture/hyperparameters';
import type { Model } from '../model/model';
import { pause } from '../tasks/pause';
import { dot, norm, row } from '../tools/vectors';
import { headsOf } from '../trunk/heads';
import { plainProducts } from '../trunk/products';
import { pushedBy } from './push';
import { tokenise } from './tokenise';

/** Numbers of the heads' vectors that are kept at a time: 16 MiB. */
const numbersTogether = 2 ** 21;

/** What the heads of some layers look at, how much they add, and what they push. Nothing is kept. */
export async function attention(model: Model, request: AttentionRequest, control: Control): Promise<Attention> {
  const { hyperparameters, norm: finalNorm } = model.needRunner();
  const { dimensions, layers, heads: perLayer } = hyperparameters;
  const heads = request.heads ?? allHeads(hyperparameters);
  checkHeads(heads, hyperparameters);
  const { ids, length } = tokenise(model, { ...request, most: 0 });
  const { from, to } = request.positions ?? { from: 0, to: length };
  checkPositions(from, to, length);
  const store = await model.trunk.run(ids.slice(0, length), { signal: control.signal });

  const unembedding = request.output === undefined ? undefined : model.directions.matrix.row(request.output);
  const seen = unembedding
    ? Array.from({ length: to - from }, (_, i) =>
        pushedBy(finalNorm, unembedding, row(store.residuals(layers), from + i, dimensions)),
      )
    : undefined;
  const parts = new Parts(to - from, dimensions, seen);

  const found = new Map<number, Map<number, HeadAttention & { readonly rows: Float64Array[] }>>();
  const biases = new Map<number, AttentionPart & { readonly layer: number }>();
  for (const { layer, head } of heads) {
    const known = found.get(layer) ?? new Map<number, HeadAttention & { readonly rows: Float64Array[] }>();
    found.set(layer, known.set(head, { layer, head, rows: [], ...parts.blank() }));
  }
  const step = Math.max(1, Math.floor(numbersTogether / (perLayer * dimensions)));
  const family = { ...model.needRunner(), weights: model.weights };
  for (const [layer, wanted] of found) {
    const products = model.trunk.home.products?.(layer) ?? plainProducts(model.weights);
    for (let first = from; first < to; first += step) {
      const slice = { from: first, to: Math.min(first + step, to) };
      const { weights, added, bias } = headsOf(family, layer, store, slice, products);
      for (const [head, part] of wanted) {
        part.rows.push(...(weights[head] as readonly Float64Array[]));
        parts.measure(part, added[head] as Float64Array, first - from);
      }
      if (bias) {
        const part = biases.get(layer) ?? { layer, ...parts.blank() };
        biases.set(layer, part);
        parts.measure(part, bias, first - from);
      }
      await pause(control.signal);
    }
  }
  return {
    from,
    heads: heads.map(({ layer, head }) => found.get(layer)?.get(head) as HeadAttention),
    biases: [...biases.values()],
    ...(request.output !== undefined && { output: model.vocabulary.token(request.output) }),
  };
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

  /** Measures the vectors at the positions from the index `first` on. */
  measure({ size, push }: AttentionPart, vectors: Float64Array, first: number): void {
    for (let i = 0; i < vectors.length / this.dimensions; i++) {
      const vector = row(vectors, i, this.dimensions);
      size[first + i] = norm(vector);
      if (push) push[first + i] = dot(this.seen?.[first + i] as Float64Array, vector);
    }
  }
}

const allHeads = ({ layers, heads }: Hyperparameters): Head[] =>
  Array.from({ length: layers * heads }, (_, i) => ({ layer: Math.floor(i / heads), head: i % heads }));

function checkHeads(asked: readonly Head[], { layers, heads }: Hyperparameters): void {
  const within = (index: number, end: number) => Number.isInteger(index) && index >= 0 && index < end;
  for (const { layer, head } of asked)
    if (!within(layer, layers) || !within(head, heads))
      throw new EngineError(
        'bad-request',
        `There is no head ${head} in layer ${layer}; the model has the layers 0 to ${layers - 1}, each with the heads 0 to ${heads - 1}.`,
      );
}

function checkPositions(from: number, to: number, length: number): void {
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || from >= to || to > length)
    throw new EngineError(
      'bad-request',
      `Positions ${from} to ${to - 1} were asked for; the text has ${length} that were run.`,
    );
}
