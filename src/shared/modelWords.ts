import { capitalised } from './format';
import type { ModelSummary } from './model';
import type { Translator } from './translator';

/** The words for a model's facts: the list of models and the document of a model file use the same. */
export const modelWordsIn = (l10n: Translator) => {
  const verdicts: Readonly<Record<ModelSummary['verdict'], () => string>> = {
    runs: () => l10n.t('runs'),
    geometry: () => l10n.t('geometry only'),
    nothing: () => l10n.t('not supported'),
  };
  return {
    verdict: (verdict: ModelSummary['verdict']): string => verdicts[verdict](),
    tied: () => l10n.t('tied'),
    untied: () => l10n.t('untied'),
    /** Loading the model shows whether its matrices are tied. */
    tiedUnknown: () => l10n.t('known once it is loaded'),
    tokens: (many: string) => l10n.t('{0} tokens', many),
    about: (size: string) => l10n.t('about {0}', size),
    facts: {
      family: () => l10n.t('Family'),
      parameters: () => l10n.t('Parameters'),
      quantisation: () => l10n.t('Quantisation'),
      matrices: () => l10n.t('Input and output matrix'),
      context: () => l10n.t('Context'),
      size: () => capitalised(l10n.t('size')),
      memory: () => l10n.t('Memory'),
      license: () => l10n.t('Licence'),
    },
  };
};
