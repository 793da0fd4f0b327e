import * as l10n from '@vscode/l10n';
import type { Words } from '../parts/words';

/** What the button of a notice says. That of a download says how large it is too. */
export const actionLabels = {
  refresh: () => l10n.t('Refresh'),
  again: () => l10n.t('Try Again'),
  changeKey: () => l10n.t('Change the Key…'),
  cancel: () => l10n.t('Cancel'),
  showLog: () => l10n.t('Show Log'),
  showSettings: () => l10n.t('Open Settings'),
  search: () => l10n.t('Find a Token'),
  load: () => l10n.t('Load'),
  geometry: () => l10n.t('Show Geometry Only'),
  models: () => l10n.t('Choose a Model'),
  manageTrust: () => l10n.t('Manage Workspace Trust'),
  send: () => l10n.t('Inspect Again'),
  openSample: () => l10n.t('Open Sample Text'),
  openGuide: () => l10n.t('Open Reading Guide'),
  endAblation: () => l10n.t('End the second run'),
  endComparison: () => l10n.t('End the comparison'),
};

type Action = keyof typeof actionLabels;

/** A sentence above the sections, with at most one action, and a link to the section that it is about. */
export interface Notice {
  readonly kind:
    | 'working'
    | 'empty'
    | 'first-steps'
    | 'guide'
    | 'out-of-date'
    | 'failed'
    | 'cancelled'
    | 'not-downloaded'
    | 'not-sent'
    | 'not-loaded'
    | 'cut'
    | 'other-selections'
    | 'whole-line'
    | 'model'
    | 'geometry'
    | 'served'
    | 'backend'
    | 'part-left-out'
    | 'compared';
  readonly text: string;
  /** The same sentence, where it names tokens. */
  readonly words?: Words;
  readonly action?: Action | 'download';
  /** The action is the usual next step. */
  readonly primary?: boolean;
  /** Id of the section that has the result. */
  readonly section?: string;
  /** Id of the part of that section. */
  readonly part?: string;
}
