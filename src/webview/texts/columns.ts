import { range } from 'd3-array';
import type { PanelState } from '../../shared/panel';
import type { Token } from '../../shared/tokens';
import { type OfBoth, otherPositionOf, type TwoTexts } from '../../shared/vectors/texts';

type Told = Pick<PanelState, 'text' | 'run' | 'texts' | 'position'>;

/** Positions of A and of B above each other; null where a position has none in the other text. */
export type TextColumn = OfBoth<number | null>;

/** All positions of both texts from left to right. */
export function textColumns(pairs: readonly OfBoth[], lengths: OfBoth): readonly TextColumn[] {
  const ends = [[-1, -1] as const, ...pairs];
  return ends.flatMap(([a, b], at): readonly TextColumn[] => {
    const [nextA, nextB] = pairs[at] ?? lengths;
    return [
      ...(at === 0 ? [] : [[a, b] as const]),
      ...range(a + 1, nextA).map((alone) => [alone, null] as const),
      ...range(b + 1, nextB).map((alone) => [null, alone] as const),
    ];
  });
}

/** The columns of an inspection, with the tokens of both texts. Null while the other text has not run. */
export function alignedTexts({ text, run, texts }: Told) {
  if (!text || !run || !texts?.result) return null;
  const { result } = texts;
  const tokens: OfBoth<readonly Token[]> = [text.tokens, result.tokens];
  const columns = textColumns(result.pairs, [
    Math.min(text.tokens.length, run.length),
    Math.min(result.tokens.length, result.run.length),
  ]);
  const isEqual = ([a, b]: TextColumn): boolean => a !== null && b !== null && tokens[0][a]?.id === tokens[1][b]?.id;
  return { result, tokens, columns, isEqual };
}

export const partnerOf = ({ pairs }: Pick<TwoTexts, 'pairs'>, position: number | null, of: 0 | 1): number | null =>
  pairs.find((pair) => pair[of] === position)?.[1 - of] ?? null;

/** The chosen position of each text, and their pair if they correspond. */
export function chosenPlaces({ texts, position }: Told) {
  if (!texts?.result || position === null) return null;
  const { result } = texts;
  const other = otherPositionOf(result, texts.position, position);
  const pair = result.pairs.findIndex(([a, b]) => a === position && b === other);
  return { at: [position, other] as const, pair: pair < 0 ? null : pair };
}

/** Both texts have the same tokens up to the chosen positions. */
export function isSameSoFar(told: Told): boolean {
  const places = chosenPlaces(told);
  const aligned = alignedTexts(told);
  if (!places || !aligned) return false;
  const idsUpTo = (of: 0 | 1): string => String(aligned.tokens[of].slice(0, places.at[of] + 1).map(({ id }) => id));
  return idsUpTo(0) === idsUpTo(1);
}
