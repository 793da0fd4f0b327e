import type { VocabularyToken } from './tokens';

/** A token's row in the embedding (`input`) or in the unembedding (`output`). */
export const sides = ['input', 'output'] as const;
export type Side = (typeof sides)[number];

/** Size of one of a token's rows, model units. Both are the same if the matrices are tied. */
export const sizeOf = (token: VocabularyToken, side: Side): number =>
  side === 'output' ? (token.outputSize ?? token.size) : token.size;

/** Share of the rows of the same matrix that are strictly smaller: 0 … 100. */
export const percentileOf = (token: VocabularyToken, side: Side): number =>
  side === 'output' ? (token.outputPercentile ?? token.percentile) : token.percentile;

/**
 * The vectors and rows that are compared: input with input, output with output, or the input vector with the output
 * rows (`cross`). All three are the same if the matrices are tied.
 */
export const neighbourSpaces = ['input', 'output', 'cross'] as const;
export type NeighbourSpace = (typeof neighbourSpaces)[number];

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
