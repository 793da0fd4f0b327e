import * as l10n from '@vscode/l10n';
import type { LabResult } from '../../shared/lab';
import type { Intent } from '../../shared/panel';
import { useDone, tabSeparated } from '../parts/copy';
import { Menu } from '../parts/menu';
import type { ResultContext } from './context';
import { copiedResult } from './results/copied';
import { textsOf } from './texts';

/** Takes a result elsewhere: its tables as they are drawn, or all of it in the form that the command line prints. */
export function Take({
  found,
  context: { act, name, tokenOf, view },
}: {
  readonly found: LabResult;
  readonly context: ResultContext;
}) {
  const { said, say, until, live } = useDone();
  const copied = (intent: Intent): void => {
    act.post(intent);
    say('copied');
  };
  const items = [
    {
      text: l10n.t('Copy table'),
      onChoose: () => copied({ type: 'copy', text: tabSeparated(copiedResult(found, tokenOf, view.hideFragments)) }),
    },
    { text: l10n.t('Copy as JSON'), onChoose: () => copied({ type: 'exportLab', name, as: 'json' }) },
    { text: l10n.t('Save as JSON…'), onChoose: () => act.post({ type: 'exportLab', name, as: 'file' }) },
  ];
  return (
    <span class="copy" {...until}>
      <Menu
        text={said ?? l10n.t('Copy')}
        label={said ?? l10n.t('Copy the result: {0}', textsOf(name).title)}
        items={items}
      />
      {live}
    </span>
  );
}
