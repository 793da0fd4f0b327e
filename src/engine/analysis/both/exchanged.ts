import { bothOf, type Both } from '../../../shared/both';
import { badRequest } from '../../../shared/errors';
import type { Model } from '../../model/model';
import { unchangeable } from '../../trunk/changes';
import { MovableTrunk } from '../../trunk/movableTrunk';
import { withRowsAs } from '../../weights/adapter/adapter';
import type { Weights } from '../../weights/weights';

/** Tensors of the layers and outside them by their names, and the output rows, which may be the embedding. */
export interface Exchanged {
  readonly tensors: readonly string[];
  readonly outputs?: boolean;
}

/**
 * Does work with a model that has some parts of another. Both run on our own kernels and have one shape: see
 * `checkAlike`.
 */
export async function withExchanged<T>(
  [base, other]: Both<Model>,
  { tensors, outputs = false }: Exchanged,
  work: (mixed: Model) => Promise<T>,
): Promise<T> {
  const changed = new Set(tensors);
  const { architecture } = base.needRunner();
  const weights = exchangedWeights([base.weights, withRowsAs(base.weights, other.weights)], changed);
  const embedding = changed.has(architecture.embedding) ? other.embedding : base.embedding;
  const { home, norm } = base.changedLayers(weights, changed, embedding);
  try {
    const mixed = base.withParts({
      ...(outputs && { directions: other.directions, logitCap: other.logitCap }),
      norm,
    });
    return await work(mixed.withLayers(new MovableTrunk(home)));
  } finally {
    home.release();
  }
}

/** The tensors of one model, but for some of another. A tensor that the other lacks is left out. */
function exchangedWeights([own, other]: Both<Weights>, names: ReadonlySet<string>): Weights {
  const tensors = new Map(own.tensors);
  for (const name of names) {
    const tensor = other.tensors.get(name);
    if (tensor) tensors.set(name, tensor);
    else tensors.delete(name);
  }
  const thin = new Map([...(own.thin ?? [])].filter(([name]) => !names.has(name)));
  for (const [name, product] of other.thin ?? []) if (names.has(name)) thin.set(name, product);
  const ofOther = new Set([...names, ...thinNamesOf(other, names)]);
  const holding = (name: string) => (ofOther.has(name) ? other : own);
  return {
    ...own,
    tensors,
    thin,
    readRows: (name, ...rows) => holding(name).readRows(name, ...rows),
    read: (name, into) => holding(name).read(name, into),
  };
}

/** The tensors beside matrices of these names. */
const thinNamesOf = ({ thin }: Weights, names: ReadonlySet<string>): string[] =>
  [...(thin ?? [])].flatMap(([name, { down, up }]) => (names.has(name) ? [down.name, up.name] : []));

const sizes = ['layers', 'dimensions', 'heads', 'keyValueHeads', 'headSize', 'feedForward'] as const;

/** Throws `EngineError('bad-request')` with the number that differs if the two models are not of one shape. */
export function checkAlike(models: Both<Model>): void {
  const [a, b] = bothOf((side) => models[side].needRunner());
  const different = (what: string, [own, other]: Both<string | number>) =>
    badRequest`Parts cannot be exchanged between the two models: ${what} is ${own} in A and ${other} in B. Choose two versions of one model.`;
  const families = [a.architecture.name, b.architecture.name] as const;
  if (families[0] !== families[1]) throw different('family', families);
  for (const size of sizes)
    if (a.hyperparameters[size] !== b.hyperparameters[size])
      throw different(size, [a.hyperparameters[size], b.hyperparameters[size]]);
  if (!a.trunk.home.changed || !b.trunk.home.changed) throw unchangeable();
}
