import { codePoints } from './codePoints';
import type { Range } from './tokens';

/** A token at its place in a text. UTF-16 offsets. */
export interface MeasuredToken extends Range {
  /** Bits; null where it is not known. */
  readonly surprisal: number | null;
  readonly surprisalIsLeast?: true;
}

/** Of the tokens whose surprisal is known. */
export interface SurprisalSum {
  readonly tokens: number;
  /** The sum, bits. */
  readonly bits: number;
  /** Bits a token; null without a token. */
  readonly mean: number | null;
  readonly characters: number;
  readonly bitsPerCharacter: number | null;
  /** Some are known as bounds only, so the bits are at least so many. */
  readonly isLeast?: true;
}

/** The surprisal of some tokens of a text, in their order. */
export function summed(text: string, tokens: Iterable<MeasuredToken>): SurprisalSum {
  let [count, bits, characters, covered, isLeast] = [0, 0, 0, 0, false];
  for (const { start, end, surprisal, surprisalIsLeast } of tokens) {
    if (surprisal === null) continue;
    count++;
    bits += surprisal;
    isLeast ||= surprisalIsLeast === true;
    // Tokens may share a character.
    characters += codePoints(text, Math.max(start, covered), end);
    covered = end;
  }
  return { ...surprisalSumOf({ tokens: count, bits, characters }), ...(isLeast && { isLeast: true }) };
}

/** A sum with its means. */
export const surprisalSumOf = ({
  tokens,
  bits,
  characters,
}: Pick<SurprisalSum, 'tokens' | 'bits' | 'characters'>): SurprisalSum => ({
  tokens,
  bits,
  mean: tokens === 0 ? null : bits / tokens,
  characters,
  bitsPerCharacter: characters === 0 ? null : bits / characters,
});

/** 2 to the mean surprisal: among how many equally likely tokens the model would be as unsure. */
export const perplexityOf = ({ mean }: Pick<SurprisalSum, 'mean'>): number | null => (mean === null ? null : 2 ** mean);
