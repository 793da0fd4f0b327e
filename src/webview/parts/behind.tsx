import type { VNode } from 'preact';
import { Copy, type CopyProps } from './copy';
import { useFold } from './fold';

interface BehindProps extends CopyProps {
  /** The picture's, as in `data-picture`. */
  readonly name: string;
  /** The text to click on, and the accessible name of the table's box. */
  readonly summary: string;
  /** The button that saves the picture, with the table closed too; false if a sentence replaces the picture. */
  readonly picture: VNode | false;
  readonly children: () => VNode;
}

/** The table behind a picture, drawn once it is opened. Beyond two hundred rows it scrolls in a box, by keys too. */
export function Behind({ name, summary, picture, children, ...copy }: BehindProps) {
  const [isOpen, setOpen] = useFold(`behind ${name}`);
  return (
    <div class="behind">
      {picture}
      <details
        open={isOpen}
        onToggle={({ currentTarget: { open } }) => {
          if (open !== isOpen) setOpen(open);
        }}
      >
        <summary>{summary}</summary>
        {isOpen && (
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
