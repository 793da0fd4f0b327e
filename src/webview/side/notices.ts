import * as l10n from '@vscode/l10n';
import { count, plural } from '../../shared/format';
import { coveredCount } from '../../shared/place';
import { serverPlace } from '../../shared/servedName';
import type { Notice } from '../header/notice';
import { amount, notices } from '../header/notices';
import type { DrawnState } from '../store';

/** A notice in few words. `null` if only the panel shows it. */
function shortened({ kind, text }: Notice, state: DrawnState): string | null {
  const { status, model } = state;
  switch (kind) {
    case 'working':
      return working(state);
    case 'out-of-date':
      return l10n.t('The text has changed.');
    case 'cancelled':
      return status.kind === 'cancelled' && status.fetching ? text : l10n.t('The run was cancelled.');
    case 'not-downloaded':
      return status.kind === 'not-downloaded' ? l10n.t('The model {0} is not in this browser yet.', status.name) : null;
    case 'served':
      return model?.server ? l10n.t('Runs on {0}.', serverPlace(model.server.address)) : null;
    case 'geometry':
      return l10n.t('Geometry only: no predictions.');
    case 'failed':
    case 'not-loaded':
    case 'not-sent':
    case 'pinned':
      return text;
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
  if (status.kind === 'working') {
    const { fetched, server } = status;
    if (fetched) return l10n.t('Downloading the model: {0} of {1}', amount(fetched.bytes), amount(fetched.of));
    if (server !== undefined) return l10n.t('Connecting to {0}', server);
    if (status.what === 'loading') return l10n.t('Loading the model');
    if (status.comparing) return l10n.t('Comparing WebGPU with WASM');
  }
  if (!text) return l10n.t('Running');
  const run = coveredCount(text);
  return plural(run, {
    one: l10n.t('Running {0} token', count(run)),
    other: l10n.t('Running {0} tokens', count(run)),
  });
}
