import * as l10n from '@vscode/l10n';
import { Checkbox } from '../controls';
import type { SectionProps } from '../section';

/** A server would get the text at every pause, so only models of this machine follow it. */
export const Following = ({ state: { model, followsEdits }, act }: Pick<SectionProps, 'state' | 'act'>) =>
  model?.server ? null : (
    <Checkbox checked={followsEdits} onToggle={(on) => act.post({ type: 'followEdits', on })}>
      {l10n.t('Follow edits')}
    </Checkbox>
  );
