import type { WeightShare } from '../../shared/model';
import { typeInFile } from '../weights/types/types';
import type { TensorInfo, UnreadTensor, Weights } from '../weights/weights';

/**
 * The file's own name for its mix of types: the values of `general.file_type`, `LLAMA_FTYPE_MOSTLY_…` in llama.cpp's
 * `llama.h`. Those that llama.cpp no longer writes are missing.
 */
const fileTypes: ReadonlyMap<number, string> = new Map([
  [0, 'F32'],
  [1, 'F16'],
  [2, 'Q4_0'],
  [3, 'Q4_1'],
  [7, 'Q8_0'],
  [8, 'Q5_0'],
  [9, 'Q5_1'],
  [10, 'Q2_K'],
  [11, 'Q3_K_S'],
  [12, 'Q3_K_M'],
  [13, 'Q3_K_L'],
  [14, 'Q4_K_S'],
  [15, 'Q4_K_M'],
  [16, 'Q5_K_S'],
  [17, 'Q5_K_M'],
  [18, 'Q6_K'],
  [19, 'IQ2_XXS'],
  [20, 'IQ2_XS'],
  [21, 'Q2_K_S'],
  [22, 'IQ3_XS'],
  [23, 'IQ3_XXS'],
  [24, 'IQ1_S'],
  [25, 'IQ4_NL'],
  [26, 'IQ3_S'],
  [27, 'IQ3_M'],
  [28, 'IQ2_S'],
  [29, 'IQ2_M'],
  [30, 'IQ4_XS'],
  [31, 'IQ1_M'],
  [32, 'BF16'],
  [36, 'TQ1_0'],
  [37, 'TQ2_0'],
  [38, 'MXFP4_MOE'],
  [39, 'NVFP4'],
]);

/** Set where llama.cpp guessed the type of a file that does not name it. */
const guessed = 1024;

/** What the file says of the types of its weights. */
interface Quantisation {
  /** As in `ModelSummary`. */
  readonly quantisation: string;
  readonly named?: string;
  /** The types of its matrices; absent if all have the type that `quantisation` names. */
  readonly mix?: readonly WeightShare[];
}

export function quantisationOf(weights: Weights): Quantisation {
  const all = [...weights.tensors.values(), ...weights.unread.values()];
  const tensors = all.map((tensor) => ({ ...tensor, type: typeInFile(tensor.type) }));
  const said = weights.metadata.get('general.file_type');
  const named = typeof said === 'number' ? fileTypes.get(said >= guessed ? said - guessed : said) : undefined;
  const mix = mixOf(tensors);
  const most = mix[0]?.type;
  const isNamed = named !== undefined && (most === undefined || most.startsWith(baseOf(named)));
  const quantisation = isNamed
    ? named
    : ((named && most) ?? largest(sums(tensors, ({ byteLength }) => byteLength))?.[0] ?? '');
  return {
    quantisation,
    ...(named !== undefined && !isNamed && { named }),
    ...(mix.some(({ type }) => type !== quantisation) && { mix }),
  };
}

/** The type that most weights of such a file have, or its beginning: IQ3_M is made of IQ3_S. */
const baseOf = (name: string): string => /^IQ[1-3]/.exec(name)?.[0] ?? name.replace(/_([SML]|MOE)$/, '');

/** Vectors, such as the gains of norms, are left out: they stay in F32 whatever the type of the file. */
function mixOf(tensors: readonly (TensorInfo | UnreadTensor)[]): readonly WeightShare[] {
  const numbers = sums(
    tensors.filter(({ shape }) => shape.length > 1),
    ({ shape }) => shape.reduce((product, size) => product * size, 1),
  );
  const all = [...numbers.values()].reduce((sum, one) => sum + one, 0);
  return [...numbers]
    .map(([type, one]) => ({ type, share: one / all }))
    .filter(({ share }) => share >= leastShare)
    .sort((a, b) => b.share - a.share);
}

/** A smaller share would be shown as 0 %. */
const leastShare = 0.005;

function sums<T extends TensorInfo | UnreadTensor>(
  tensors: readonly T[],
  measure: (tensor: T) => number,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const tensor of tensors) found.set(tensor.type, (found.get(tensor.type) ?? 0) + measure(tensor));
  return found;
}

const largest = (found: ReadonlyMap<string, number>): readonly [string, number] | undefined =>
  [...found].sort((a, b) => b[1] - a[1])[0];
