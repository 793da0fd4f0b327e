import type { Neighbours, Prediction } from '../../shared/engine';
import {
  inspectedLists,
  inspectedModel,
  inspectedToken,
  type InspectedEntry,
  type InspectedToken,
  type Inspection,
} from '../../shared/inspection';
import type { ByMetric } from '../../shared/metrics';
import type { Exportable, PanelState, RunView } from '../../shared/panel';
import type { NeighbourSpace } from '../../shared/sides';
import type { Token, VocabularyToken } from '../../shared/tokens';

/** Neighbours of a token that is not at the chosen position, so they have no index in the text. */
export interface NeighboursAlone extends ByMetric<readonly InspectedEntry[]> {
  readonly model: Inspection['model'];
  readonly token: VocabularyToken;
  readonly space?: NeighbourSpace;
}

/**
 * The numbers of a section, in the form that the command line prints, with all digits; `null` if they are not known. It
 * holds only the tokens of the section: all that are drawn, or the one at the chosen position, whose `index` is its
 * place in the whole text. The neighbours of another token of the vocabulary come as `NeighboursAlone`.
 */
export function inspectionOf(
  part: Exportable,
  { model, text, run, position, neighbours, prediction }: PanelState,
): Inspection | NeighboursAlone | null {
  if (!model || !text) return null;
  const own = position === null ? undefined : text.tokens[position];
  const about = (tokens: readonly Token[]) => ({
    model: inspectedModel(model),
    leftOut: text.leftOut,
    tokens: tokens.map((token) => tokenOf(token, run)),
  });
  switch (part) {
    case 'tokens':
      return about(text.tokens);
    case 'neighbours':
      if (!neighbours) return null;
      return own?.id === neighbours.query.id
        ? {
            ...about([own]),
            ...spaceIn(neighbours),
            neighbours: [{ index: own.index, ...inspectedLists(neighbours.lists) }],
          }
        : {
            model: inspectedModel(model),
            token: neighbours.query,
            ...spaceIn(neighbours),
            ...inspectedLists(neighbours.lists),
          };
    case 'predictions':
      return own && prediction ? { ...about([own]), predictions: [predictionOf(own.index, prediction)] } : null;
  }
}

const spaceIn = ({ space }: Neighbours): { readonly space?: NeighbourSpace } => (space ? { space } : {});

const tokenOf = (token: Token, run: RunView | null): InspectedToken =>
  inspectedToken(token, run?.surprisal[token.index], run?.listed?.isLeast[token.index]);

const predictionOf = (
  index: number,
  { hiddenSize, entropy, top, nearest }: Prediction,
): NonNullable<Inspection['predictions']>[number] => ({
  index,
  hiddenSize,
  entropy,
  top: top.map(({ token: { id, text, size, outputSize = size }, probability, logit, rawLogit, values, bias }) => ({
    id,
    text,
    probability,
    logit,
    rawLogit,
    size: outputSize,
    cosine: values.cosine,
    bias,
  })),
  nearest: inspectedLists(nearest),
});
