import type { NamedToken, VocabularyToken } from './tokens';
import type { Translator } from './translator';

/** A token's row in the embedding (`input`) or in the unembedding (`output`). */
export const sides = ['input', 'output'] as const;
export type Side = (typeof sides)[number];

/** Size of one of a token's rows, model units; null if not known. Both are the same if the matrices are tied. */
export function sizeOnSide(token: VocabularyToken, side: Side): number;
export function sizeOnSide(token: NamedToken, side: Side): number | null;
export function sizeOnSide(token: NamedToken, side: Side): number | null {
  return side === 'output' ? (token.outputSize ?? token.size) : token.size;
}

/** Share of the rows of the same matrix that are strictly smaller: 0 … 100; null if not known. */
export function percentileOf(token: VocabularyToken, side: Side): number;
export function percentileOf(token: NamedToken, side: Side): number | null;
export function percentileOf(token: NamedToken, side: Side): number | null {
  return side === 'output' ? (token.outputPercentile ?? token.percentile) : token.percentile;
}

/** Sizes of which the largest is at most 5 % above the smallest: they hardly change the order of a list. */
export const areAlike = (smallest: number, largest: number): boolean => largest <= 1.05 * smallest;

/**
 * Decimals of sizes that lie between these two. More if they are alike, by how large they are alone: all tokens, those
 * of a text and a single one are then printed alike.
 */
export const sizeDecimals = (smallest: number, largest: number): number =>
  largest > 0 && areAlike(smallest, largest) ? Math.min(6, Math.max(3, 2 - Math.floor(Math.log10(0.05 * largest)))) : 3;

/**
 * The vectors and rows that are compared: input with input, output with output, or the input vector with the output
 * rows (`cross`). All three are the same if the matrices are tied.
 */
export const neighbourSpaces = ['input', 'output', 'cross'] as const;
export type NeighbourSpace = (typeof neighbourSpaces)[number];

/** Which vector is compared with which rows, for a model with two matrices. */
export const spacesIn = (l10n: Translator): Readonly<Record<NeighbourSpace, string>> => ({
  input: l10n.t('Its input vector is compared with input vectors'),
  output: l10n.t('Its output row is compared with output rows'),
  cross: l10n.t('Its input vector is compared with output rows'),
});

/** The rows that are searched in a space. */
export const searchedIn = (space: NeighbourSpace | undefined): Side =>
  space === undefined || space === 'input' ? 'input' : 'output';

/** The chosen space of the neighbours. `null` if the matrices are tied, because then there is no choice. */
export const spaceOf = ({
  model,
  options,
}: {
  readonly model: { readonly tied: boolean } | null;
  readonly options: { readonly space: NeighbourSpace };
}): NeighbourSpace | null => (model?.tied === false ? options.space : null);
