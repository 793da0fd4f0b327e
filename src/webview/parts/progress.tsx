import * as l10n from '@vscode/l10n';

interface BarProps {
  /** How far work is: 0 … 1; null until something is known. */
  readonly fraction: number | null;
  readonly label?: string;
  /** The progress in words. */
  readonly words?: string;
}

/** How far work is. */
export const Bar = ({ fraction, label = l10n.t('Progress'), words }: BarProps) => (
  <div
    class="progress"
    role="progressbar"
    aria-label={label}
    aria-valuemin={0}
    aria-valuemax={100}
    aria-valuetext={words}
    {...(fraction === null ? {} : { 'aria-valuenow': Math.round(100 * fraction) })}
  >
    <div
      class={fraction === null ? 'progress-done unknown' : 'progress-done'}
      style={fraction === null ? {} : { width: `${(100 * fraction).toFixed(1)}%` }}
    />
  </div>
);
