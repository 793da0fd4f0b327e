import type { VNode } from 'preact';
import { useState } from 'preact/hooks';

/** The table behind a picture, disclosed on demand and not made before. */
export function Behind({ summary, children }: { readonly summary: string; readonly children: () => VNode }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="behind" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {open && children()}
    </details>
  );
}
