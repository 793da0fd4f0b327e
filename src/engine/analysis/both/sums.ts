import type { Both, SameTokens, Sums } from '../../../shared/both';

/** Of the predictions of the tokens at these positions. */
export function sumsOf(
  { divergence, change, first }: Pick<SameTokens, 'divergence' | 'change' | 'first'>,
  predicted: readonly number[],
): Sums {
  const before = predicted.map((position) => position - 1);
  const own = before.map((position) => divergence[0][position] as number);
  const changes = before.map((position) => change[position] as number);
  const isSame = ([a, b]: SameTokens['first'][number]) => a.token.id === b.token.id;
  const sorted = Float64Array.from(own).sort();
  return {
    predictions: predicted.length,
    meanDivergence: meanOf(own),
    divergence90: percentile(sorted, 0.9),
    divergence99: percentile(sorted, 0.99),
    mostDivergence: percentile(sorted, 1),
    meanChange: meanOf(changes),
    rmsChange: Math.sqrt(meanOf(changes.map((value) => value * value))),
    sameFirst: meanOf(before.map((position) => Number(isSame(first[position] as SameTokens['first'][number])))),
  };
}

/** NaN of no values. */
export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The value below which a share of the sorted values lies, linear between two neighbours; NaN if there are none. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const place = share * Math.max(0, sorted.length - 1);
  const below = Math.floor(place);
  const at = (index: number) => sorted[Math.min(index, sorted.length - 1)] ?? NaN;
  return (1 - (place - below)) * at(below) + (place - below) * at(below + 1);
}

/** Surprisals of some tokens, bits, and the characters that they have together. */
interface Predicted {
  readonly surprisal: readonly number[];
  readonly characters: number;
}

/** Bits for each character, and 2 to the mean surprisal of a token, in both models. */
export const averagesOf = (
  both: Both<Predicted>,
): { readonly bitsPerCharacter: Both<number>; readonly perplexity: Both<number> } => {
  const [a, b] = both.map(({ surprisal, characters }) => {
    const mean = meanOf(surprisal);
    return { bitsPerCharacter: (mean * surprisal.length) / characters, perplexity: 2 ** mean };
  }) as [Average, Average];
  return { bitsPerCharacter: [a.bitsPerCharacter, b.bitsPerCharacter], perplexity: [a.perplexity, b.perplexity] };
};

interface Average {
  readonly bitsPerCharacter: number;
  readonly perplexity: number;
}
