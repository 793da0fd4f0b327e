import type { NeighbourSpace } from './engine';
import type { PanelState } from './panel';
import type { VocabularyToken } from './tokens';

/** Which of a token's two rows: the one it is read by, in the embedding, or the one it is written by, in the unembedding. */
export const sides = ['input', 'output'] as const;
export type Side = (typeof sides)[number];

/** Length of one of a token's rows, model units; where the two matrices are one, both have the same. */
export const sizeOf = (token: VocabularyToken, side: Side): number => (side === 'output' ? (token.outputSize ?? token.size) : token.size);

/** Share of the rows of the same matrix that are strictly smaller: 0 … 100. */
export const percentileOf = (token: VocabularyToken, side: Side): number => (side === 'output' ? (token.outputPercentile ?? token.percentile) : token.percentile);

/** The rows that are searched in a space. */
export const searchedIn = (space: NeighbourSpace | undefined): Side => (space === undefined || space === 'input' ? 'input' : 'output');

/** The space of the neighbours, as it is asked for; null where one matrix serves for both ends, and there is no choice. */
export const spaceOf = ({ model, options }: Pick<PanelState, 'model' | 'options'>): NeighbourSpace | null => (model?.tied === false ? options.space : null);
