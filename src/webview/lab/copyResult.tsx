import * as l10n from '@vscode/l10n';
import { type DataRows, tabSeparated } from '../../shared/columns';
import type { Intent } from '../../shared/intents';
import type { DoneLab, LabResult } from '../../shared/lab';
import type { ResultTable } from '../../shared/labColumns';
import { labTablesOf } from '../../shared/labTables';
import { copiedRows } from '../parts/columns';
import { DoneMenu } from '../parts/copy';
import { ordered, type TokenOf, withoutFragments } from './data';
import { pages } from './experiments';
import type { ResultContext } from './page';

/** All tables of a result, one after the other as they are drawn, their rows in the order that the reader chose. */
export const tablesOf = (found: LabResult, tokenOf: TokenOf): readonly ResultTable[] =>
  labTablesOf(found, l10n, tokenOf).map((table) => ordered(found.name, table));

/**
 * The rows of all tables without the hidden ones. Before those of an estimate stands a row that says so, with the share
 * of the run that is done.
 */
export const copiedResult = (
  { result, share }: Pick<DoneLab, 'result' | 'share'>,
  tokenOf: TokenOf,
  hideFragments: boolean,
): readonly DataRows[] => [
  ...(share === undefined ? [] : [[['estimate, share done', share]]]),
  ...tablesOf(result, tokenOf).map((table) => copiedRows(hideFragments ? withoutFragments(table) : table)),
];

interface CopyResultProps {
  readonly found: DoneLab;
  readonly context: ResultContext;
}

/** Copies or saves a result or an estimate: its tables, or the JSON that the command line prints. */
export const CopyResult = ({ found, context: { act, name, tokenOf, view } }: CopyResultProps) => (
  <DoneMenu
    text={l10n.t('Copy')}
    label={l10n.t('Copy: {0}', pages[name].texts().title)}
    items={(say) => {
      const copied = (intent: Intent): void => {
        act.post(intent);
        say('copied');
      };
      const text = () => tabSeparated(copiedResult(found, tokenOf, view.hideFragments));
      return [
        {
          text: l10n.t('Copy table'),
          onChoose: () => copied({ type: 'copy', text: text(), as: 'table', of: 'lab' }),
        },
        { text: l10n.t('Copy as JSON'), onChoose: () => copied({ type: 'exportLab', name, as: 'json' }) },
        { text: l10n.t('Save as JSON…'), onChoose: () => act.post({ type: 'exportLab', name, as: 'file' }) },
      ];
    }}
  />
);
