import { bothOf, type Both, type SameTokens, type Sums } from '../../../shared/both';
import { mean } from '../../arrays/vectors';

/** Of the predictions of the tokens at these positions. */
export function sumsInBoth(
  { divergence, change, first }: Pick<SameTokens, 'divergence' | 'change' | 'first'>,
  predicted: readonly number[],
): Sums {
  const before = predicted.map((position) => position - 1);
  const own = Float64Array.from(before, (position) => divergence[0][position] as number);
  const changes = Float64Array.from(before, (position) => change[position] as number);
  const isSame = ([a, b]: SameTokens['first'][number]) => a.token.id === b.token.id;
  const sorted = own.slice().sort();
  return {
    predictions: predicted.length,
    meanDivergence: mean(own),
    divergence90: percentile(sorted, 0.9),
    divergence99: percentile(sorted, 0.99),
    mostDivergence: percentile(sorted, 1),
    meanChange: mean(changes),
    rmsChange: Math.sqrt(mean(changes.map((value) => value * value))),
    sameFirst: mean(
      Float64Array.from(before, (position) => Number(isSame(first[position] as SameTokens['first'][number]))),
    ),
  };
}

/** The value below which a share of the sorted values lies, linear between two neighbours; NaN if there are none. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const place = share * Math.max(0, sorted.length - 1);
  const below = Math.floor(place);
  const at = (index: number) => sorted[Math.min(index, sorted.length - 1)] ?? NaN;
  return (1 - (place - below)) * at(below) + (place - below) * at(below + 1);
}

/** Surprisals of some tokens, bits, and the characters that they have together. */
interface Predicted {
  readonly surprisal: Float64Array;
  readonly characters: number;
}

/** Bits a character, and 2 to the mean surprisal of a token, in both models. */
export function averagesOf(both: Both<Predicted>): {
  readonly bitsPerCharacter: Both<number>;
  readonly perplexity: Both<number>;
} {
  const bits = bothOf((side) => mean(both[side].surprisal));
  return {
    bitsPerCharacter: bothOf((side) => (bits[side] * both[side].surprisal.length) / both[side].characters),
    perplexity: bothOf((side) => 2 ** bits[side]),
  };
}
