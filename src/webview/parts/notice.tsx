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
  <p class="notice" data-notice={kind}>
    {/* A new element for each kind, because screen readers speak only alerts that appear. */}
    <span key={kind} class="notice-text" role={isSilent ? undefined : kind === 'failed' ? 'alert' : 'status'}>
      {said}
    </span>
    {children}
  </p>
);
