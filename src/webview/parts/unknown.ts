import * as l10n from '@vscode/l10n';
import { predicts, takesApart } from '../../shared/model';
import { serverPlace } from '../../shared/modelName';
import type { PanelState } from '../../shared/panel';

type Told = Pick<PanelState, 'model'>;

/** Why a section about sizes and directions has none; null if the matrices are known. */
export const withoutMatrices = ({ model }: Told): string | null =>
  model?.server && model.sizes === null
    ? l10n.t(
        'Sizes and directions are in the model’s file, which {0} does not send. Choose the file in Models to see them.',
        serverPlace(model.server.address),
      )
    : null;

/** Why a section about the layers has none; null if they run here, or are only not loaded. */
export const withoutLayers = ({ model }: Told): string | null =>
  model?.server
    ? l10n.t(
        'The layers run on {0}, which does not say what happens between them. Load the whole model on this machine to see it.',
        serverPlace(model.server.address),
      )
    : null;

/** Why a section about h has none; null if h is known, or nothing is predicted at all. */
export function withoutHidden({ model }: Told): string | null {
  if (!model?.server || takesApart(model)) return null;
  const name = serverPlace(model.server.address);
  if (model.server.gives === 'hidden') return withoutMatrices({ model });
  return model.server.kind === 'llama.cpp'
    ? l10n.t(
        '{0} does not send h, the vector that makes the prediction. Start llama-server with {1}, and choose the model’s file, to see it.',
        name,
        '--embeddings --pooling none',
      )
    : l10n.t('{0} does not send h, the vector that makes the prediction, so no logit can be taken apart.', name);
}

/** Why nothing is predicted; null if something is, or the layers are only not loaded. */
export const withoutPredictions = ({ model }: Told): string | null =>
  model?.server && !predicts(model)
    ? l10n.t('{0} gives the tokens of a text but says nothing about the next one.', serverPlace(model.server.address))
    : null;
