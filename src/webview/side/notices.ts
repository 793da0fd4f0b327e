import { plural } from '../../shared/format';
import { type Notice, notices } from '../header/notices';
import type { DrawnState } from '../store';

/** The notices that matter beside the code, in the few words that fit there. */
const short: Readonly<Partial<Record<Notice['kind'], string | null>>> = {
  'out-of-date': 'The text has changed since.',
  cancelled: 'The run was cancelled.',
  empty: null,
  cut: null,
  'other-selections': null,
  'whole-line': null,
};

/** What has to be said above the token, one short line each. */
export function sideNotices(state: DrawnState): readonly Notice[] {
  const pinned: readonly Notice[] = state.pinned === true ? [{ kind: 'pinned', text: 'Pinned: does not follow the cursor.', action: 'follow' }] : [];
  const others = notices(state).flatMap((notice) => {
    const text = notice.kind === 'working' ? working(state) : short[notice.kind];
    return text === null ? [] : [text === undefined ? notice : { ...notice, text }];
  });
  return [...pinned, ...others];
}

function working({ status, text }: DrawnState): string {
  if (status.kind === 'working' && status.what === 'loading') return 'Loading the model';
  return text ? `Running ${plural(text.total, 'token')}` : 'Running';
}
