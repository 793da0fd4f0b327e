import { useState } from 'preact/hooks';
import type { Actions } from '../section';
import { tabSeparated } from './table';

interface CopyProps {
  /** What is copied, for a screen reader: `the neighbours`. */
  readonly what: string;
  /** The table, header row first, numbers in full. */
  readonly rows: () => readonly (readonly (string | number)[])[];
  readonly act: Actions;
}

/** Copies a table as tab-separated text. */
export function Copy({ what, rows, act }: CopyProps) {
  const [done, setDone] = useState(false);
  const again = (): void => setDone(false);
  const copy = (): void => {
    act.post({ type: 'copy', text: tabSeparated(rows()) });
    setDone(true);
  };
  return (
    <button type="button" class="quiet-action" aria-label={done ? `Copied ${what}` : `Copy ${what} as a table`} onClick={copy} onBlur={again} onMouseLeave={again}>
      {done ? 'Copied' : 'Copy'}
    </button>
  );
}
