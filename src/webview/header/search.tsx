import * as l10n from '@vscode/l10n';
import { isSectionInSight } from '../parts/sectionInSight';
import { TokenSearch } from '../parts/tokenSearch';
import { type SectionProps } from '../section';

export const searchId = 'find-token';

/** Finds a token and makes it the chosen one. */
export const Search = ({ state: { found }, act }: SectionProps) => (
  <TokenSearch
    id={searchId}
    found={found}
    label={l10n.t('Find a token of the vocabulary by its text or id')}
    placeholder={l10n.t('Find a token')}
    onChoose={(id) => {
      act.post({ type: 'chooseToken', id });
      if (!aboutToken.some(isSectionInSight)) act.goTo('token');
    }}
    act={act}
  />
);

/** The sections that show the chosen token first of all. */
const aboutToken = ['token', 'neighbours', 'vectorscope'] as const;
