import * as l10n from '@vscode/l10n';
import { makeVector } from '../parts/expression';
import { TokenSearch } from '../parts/tokenSearch';
import { headingId, type SectionProps } from '../section';

export const searchId = 'find-token';

/** Finds a token and makes it the chosen one. The focus goes to a heading, so that a narrow field closes. */
export const Search = ({ state: { found }, act }: SectionProps) => (
  <TokenSearch
    id={searchId}
    found={found}
    label={l10n.t('Find a token of the vocabulary by its text or id')}
    placeholder={l10n.t('A token or a sum')}
    onMake={(expression) => {
      makeVector(expression, act);
      act.goTo('vector');
    }}
    onChoose={(id) => {
      act.post({ type: 'chooseToken', id });
      const shown = aboutToken.find(isSectionInSight);
      if (shown === undefined) act.goTo('token');
      else document.getElementById(headingId(shown))?.focus({ preventScroll: true });
    }}
    act={act}
  />
);

/** The sections that show the chosen token first of all. */
const aboutToken = ['token', 'neighbours', 'vectorscope'];

/** Pixels of a section below the header that are enough to see that it changes. */
const leastSeen = 80;

function isSectionInSight(id: string): boolean {
  const box = document.querySelector(`section[data-section="${id}"]`)?.getBoundingClientRect();
  const top = document.querySelector<HTMLElement>('.panel-head')?.offsetHeight ?? 0;
  return box !== undefined && Math.min(box.bottom, window.innerHeight) - Math.max(box.top, top) >= leastSeen;
}
