import type { VNode } from 'preact';
import { useState } from 'preact/hooks';

interface BehindProps {
  /** What discloses it, and the name of the box it stands in. */
  readonly summary: string;
  /** Copies what the table shows. */
  readonly copy: VNode;
  /** Saves the picture in front of it; always there. */
  readonly picture: VNode;
  readonly children: () => VNode;
}

/**
 * The table behind a picture, disclosed on demand and not made before. A long one scrolls in a box of its own, by
 * keyboard too.
 */
export function Behind({ summary, copy, picture, children }: BehindProps) {
  const [open, setOpen] = useState(false);
  return (
    <div class="behind">
      {picture}
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{summary}</summary>
        {open && (
          <>
            <div class="behind-copy">{copy}</div>
            <div class="behind-box" role="region" aria-label={summary} tabIndex={0}>
              {children()}
            </div>
          </>
        )}
      </details>
    </div>
  );
}
