import * as l10n from '@vscode/l10n';

/** How far work is: 0 … 1; null until something is known. */
export const Bar = ({ fraction }: { readonly fraction: number | null }) => (
  <div
    class="progress"
    role="progressbar"
    aria-label={l10n.t('Progress')}
    aria-valuemin={0}
    aria-valuemax={100}
    {...(fraction === null ? {} : { 'aria-valuenow': Math.round(100 * fraction) })}
  >
    <div
      class={fraction === null ? 'progress-done unknown' : 'progress-done'}
      style={fraction === null ? {} : { width: `${(100 * fraction).toFixed(1)}%` }}
    />
  </div>
);
