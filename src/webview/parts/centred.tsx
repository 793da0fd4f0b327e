import * as l10n from '@vscode/l10n';
import type { PanelState } from '../../shared/panel';
import type { Actions } from '../actions';
import { Toggles } from './toggles';

/** Whether the mean row is taken off before vectors are compared. */
export const Centred = ({ state, act }: { readonly state: PanelState; readonly act: Actions }) => (
  <Toggles
    label={l10n.t('Vectors')}
    options={[
      ['raw', l10n.t('raw')],
      ['centred', l10n.t('centred')],
    ]}
    value={state.options.centred ? 'centred' : 'raw'}
    onChoose={(choice) => act.post({ type: 'setOptions', options: { centred: choice === 'centred' } })}
  />
);
