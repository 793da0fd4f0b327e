import { Button } from '../controls';
import type { SectionProps } from '../section';
import { searchId } from './search';
import { type Notice, notices, spoken } from './notices';

const labels: Readonly<Record<NonNullable<Notice['action']>, string>> = { refresh: 'Refresh', cancel: 'Cancel', showLog: 'Show log', search: 'Find a token' };

/** The bar on the hairline below the header; it appears only where the work takes long enough to be noticed. */
export function ProgressBar({ state: { status } }: SectionProps) {
  if (status.kind !== 'working') return null;
  const { fraction } = status;
  return (
    <div class="progress" role="progressbar" aria-label="Progress" aria-valuemin={0} aria-valuemax={100} {...(fraction === null ? {} : { 'aria-valuenow': Math.round(100 * fraction) })}>
      <div class={fraction === null ? 'progress-done unknown' : 'progress-done'} style={fraction === null ? {} : { width: `${(100 * fraction).toFixed(1)}%` }} />
    </div>
  );
}

/** One plain line for each thing that has to be said, with at most one action. */
export function Notices({ state, act }: SectionProps) {
  const press = (action: NonNullable<Notice['action']>): void => {
    if (action === 'search') document.getElementById(searchId)?.focus();
    else act.post({ type: action });
  };
  return (
    <>
      <div class="hidden" role="status">
        {spoken(state)}
      </div>
      <div class="notices">
        {notices(state).map(({ kind, text, action, primary }) => (
          <p key={kind} class="notice" data-notice={kind} role={kind === 'failed' ? 'alert' : undefined}>
            <span class="notice-text">{text}</span>
            {action && <Button onPress={() => press(action)} primary={primary === true}>{labels[action]}</Button>}
          </p>
        ))}
      </div>
    </>
  );
}
