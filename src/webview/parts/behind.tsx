import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Copy, type CopyProps } from './copy';

interface BehindProps extends CopyProps {
  /** The text to click on, and the accessible name of the table's box. */
  readonly summary: string;
  /** The button that saves the picture, with the table closed too; false if a sentence replaces the picture. */
  readonly picture: VNode | false;
  readonly children: () => VNode;
}

/** The table behind a picture, drawn once it is opened. Beyond two hundred rows it scrolls in a box, by keys too. */
export function Behind({ summary, picture, children, ...copy }: BehindProps) {
  const [open, setOpen] = useState(false);
  return (
    <div class="behind">
      {picture}
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{summary}</summary>
        {open && (
          <>
            <div class="behind-copy">
              <Copy {...copy} />
            </div>
            <div class="behind-box" role="region" aria-label={summary} tabIndex={0}>
              {children()}
            </div>
          </>
        )}
      </details>
    </div>
  );
}
