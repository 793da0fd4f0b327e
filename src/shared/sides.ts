import type { VocabularyToken } from './tokens';

/**
 * Which of a token's two rows: the one it is read by, in the embedding, or the one it is written by, in the
 * unembedding.
 */
export const sides = ['input', 'output'] as const;
export type Side = (typeof sides)[number];

/** Length of one of a token's rows, model units; where the two matrices are one, both have the same. */
export const sizeOf = (token: VocabularyToken, side: Side): number =>
  side === 'output' ? (token.outputSize ?? token.size) : token.size;

/** Share of the rows of the same matrix that are strictly smaller: 0 … 100. */
export const percentileOf = (token: VocabularyToken, side: Side): number =>
  side === 'output' ? (token.outputPercentile ?? token.percentile) : token.percentile;

/**
 * Which of a token's vectors is compared with which rows: input with input, output with output, or across, the input
 * vector with the output rows. All the same where the two matrices are one.
 */
export const neighbourSpaces = ['input', 'output', 'cross'] as const;
export type NeighbourSpace = (typeof neighbourSpaces)[number];

/** The rows that are searched in a space. */
export const searchedIn = (space: NeighbourSpace | undefined): Side =>
  space === undefined || space === 'input' ? 'input' : 'output';

/**
 * The space of the neighbours, as it is asked for; null where one matrix serves for both ends, and there is no choice.
 */
export const spaceOf = ({
  model,
  options,
}: {
  readonly model: { readonly tied: boolean } | null;
  readonly options: { readonly space: NeighbourSpace };
}): NeighbourSpace | null => (model?.tied === false ? options.space : null);
