import type { ComponentChildren } from 'preact';
import { remember, useRemembered } from './remembered';

const keyOf = (name: string): string => `fold ${name}`;

/** Opens or closes a folded part wherever it is drawn next. */
export const setFold = (name: string, isOpen: boolean): unknown => remember(keyOf(name), isOpen);

/** Whether a folded part is open, which stays so while the panel lives. */
export const useFold = (name: string) => useRemembered(keyOf(name), false);

interface FoldProps {
  /** As in `data-fold`. */
  readonly name: string;
  /** Says what is inside. */
  readonly summary: ComponentChildren;
  readonly children: () => ComponentChildren;
}

/** A part that few need at first sight, drawn once it is asked for. */
export function Fold({ name, summary, children }: FoldProps) {
  const [isOpen, setOpen] = useFold(name);
  return (
    <details
      class="fold"
      data-fold={name}
      open={isOpen}
      onToggle={({ currentTarget: { open } }) => {
        if (open !== isOpen) setOpen(open);
      }}
    >
      <summary>{summary}</summary>
      {isOpen && children()}
    </details>
  );
}
