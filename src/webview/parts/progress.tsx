import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';

interface NoticeProps {
  /** As in `data-notice`. */
  readonly kind?: string;
  readonly said: ComponentChildren;
  /** What changes all the time is not read aloud. */
  readonly isSilent?: boolean;
  /** A button that does something about it. */
  readonly children?: ComponentChildren;
}

/** What is under way, or went wrong, in a line of its own. */
export const NoticeLine = ({ kind, said, isSilent = false, children }: NoticeProps) => (
  <p class="row centre notice" data-notice={kind}>
    {/* A new element for each kind, because screen readers speak only alerts that appear. */}
    <span key={kind} class="notice-text" role={isSilent ? undefined : kind === 'failed' ? 'alert' : 'status'}>
      {said}
    </span>
    {children}
  </p>
);

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
