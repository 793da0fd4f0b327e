import * as l10n from '@vscode/l10n';
import { type DataRows, markdown, tabSeparated } from '../../shared/columns';
import type { Intent } from '../../shared/intents';
import type { Exportable, PanelState } from '../../shared/panel';
import { sectionTitle } from '../../shared/sectionTables';
import type { Actions } from '../actions';
import { DoneMenu } from '../parts/copy';
import { pythonItems } from '../parts/copyPython';
import { savePicture } from './save';

interface CopyMenuProps {
  readonly what: Exportable;
  /** Header row first, numbers in full. */
  readonly rows: () => DataRows;
  /** Title of the picture in the element whose `data-picture` is `what`. */
  readonly title: string;
  readonly state: PanelState;
  readonly act: Actions;
}

/** Copies, exports or saves the content of a section. The page makes the table, the extension all other forms. */
export function CopyMenu({ what, rows, title, state, act }: CopyMenuProps) {
  return (
    <DoneMenu
      text={l10n.t('Copy')}
      label={l10n.t('Copy: {0}', title)}
      items={(say) => {
        const copied = (intent: Intent): void => {
          act.post(intent);
          say('copied');
        };
        return [
          {
            text: l10n.t('Copy table'),
            onChoose: () => copied({ type: 'copy', text: tabSeparated([rows()]), as: 'table' }),
          },
          {
            text: l10n.t('Copy as Markdown'),
            onChoose: () =>
              copied({ type: 'copy', text: markdown([rows()], sectionTitle(what, state, l10n)), as: 'markdown' }),
          },
          { text: l10n.t('Copy as JSON'), onChoose: () => copied({ type: 'export', what, as: 'json' }) },
          ...pythonItems(what, state, act, () => say('copied')),
          { text: l10n.t('Export…'), onChoose: () => act.post({ type: 'export', what, as: 'file' }) },
          {
            text: l10n.t('Save picture…'),
            onChoose: () => void savePicture(what, title, act).catch(() => say('noPicture')),
          },
        ];
      }}
    />
  );
}
