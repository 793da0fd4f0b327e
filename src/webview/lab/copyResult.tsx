import * as l10n from '@vscode/l10n';
import type { Experiment, LabResult } from '../../shared/lab';
import type { Intent } from '../../shared/panel';
import { tabSeparated, useDone } from '../parts/copy';
import { Menu } from '../parts/menu';

import { copiedRows, type DataTable, type TokenOf, withoutFragments } from './data';
import { pages } from './experiments';
import type { ResultContext } from './page';

/** All tables of a result, in the order in which they are drawn. */
export const tablesOf = <E extends Experiment>(
  { name, result }: LabResult<E>,
  tokenOf: TokenOf,
): readonly DataTable[] => pages[name].tables(result, tokenOf);

/** The rows of all tables, with an empty row between two; hidden rows are left out. */
export const copiedResult = (
  found: LabResult,
  tokenOf: TokenOf,
  hideFragments: boolean,
): readonly (readonly (string | number)[])[] =>
  tablesOf(found, tokenOf).flatMap((table, index) => [
    ...(index > 0 ? [[]] : []),
    ...copiedRows(hideFragments ? withoutFragments(table) : table),
  ]);

/** Copies or saves a result: its tables, or the JSON that the command line prints. */
export function CopyResult({
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
        label={said ?? l10n.t('Copy the result: {0}', pages[name].texts().title)}
        items={items}
      />
      {live}
    </span>
  );
}
