import * as l10n from '@vscode/l10n';
import { count } from '../../shared/format';
import { ownTotal } from '../../shared/place';
import { serverPlace } from '../../shared/servedName';
import type { Notice } from '../header/notice';
import { amount, notices } from '../header/notices';
import type { DrawnState } from '../store';

/** A notice in few words. `null` if only the panel shows it. */
function shortened(notice: Notice, state: DrawnState): string | null {
  switch (notice.kind) {
    case 'working':
      return working(state);
    case 'out-of-date':
      return l10n.t('The text has changed.');
    case 'cancelled':
      return state.status.kind === 'cancelled' && state.status.fetching
        ? notice.text
        : l10n.t('The run was cancelled.');
    case 'empty':
    case 'first-steps':
    case 'guide':
    case 'cut':
    case 'other-selections':
    case 'whole-line':
    case 'model':
    case 'backend':
    case 'part-left-out':
    case 'compared':
      return null;
    case 'not-downloaded':
      return state.status.kind === 'not-downloaded'
        ? l10n.t('The model {0} is not in this browser yet.', state.status.name)
        : null;
    case 'served':
      return state.model?.server ? l10n.t('Runs on {0}.', serverPlace(state.model.server.address)) : null;
    case 'geometry':
      return l10n.t('Geometry only: no predictions.');
    case 'failed':
    case 'not-loaded':
    case 'not-sent':
    case 'pinned':
      return notice.text;
  }
}

/** The lines above the token. */
export function sideNotices(state: DrawnState): readonly Notice[] {
  const pinned: readonly Notice[] =
    state.pinned === true
      ? [{ kind: 'pinned', text: l10n.t('Pinned: this view does not follow the cursor.'), action: 'follow' }]
      : [];
  const others = notices(state).flatMap((notice) => {
    const text = shortened(notice, state);
    return text === null ? [] : [{ ...notice, text }];
  });
  return [...pinned, ...others];
}

function working({ status, text }: DrawnState): string {
  if (status.kind === 'working' && status.fetched)
    return l10n.t('Downloading the model: {0} of {1}', amount(status.fetched.bytes), amount(status.fetched.of));
  if (status.kind === 'working' && status.server !== undefined) return l10n.t('Connecting to {0}', status.server);
  if (status.kind === 'working' && status.what === 'loading') return l10n.t('Loading the model');
  if (status.kind === 'working' && status.comparing) return l10n.t('Comparing WebGPU with WASM');
  if (!text) return l10n.t('Running');
  const total = ownTotal(text);
  return total === 1 ? l10n.t('Running 1 token') : l10n.t('Running {0} tokens', count(total));
}
