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

/** What was just done, in a word, for the eye in place of a button's text and for a screen reader in a live region. */
export function useDone() {
  const [done, setDone] = useState<string | null>(null);
  return {
    done,
    say: setDone,
    /** Spread on what the user leaves when it was read. */
    until: { onFocusOut: () => setDone(null), onMouseLeave: () => setDone(null) },
    live: (
      <span class="hidden" role="status">
        {done === null ? '' : `${done}.`}
      </span>
    ),
  };
}

/** Copies a table as tab-separated text. */
export function Copy({ what, rows, act }: CopyProps) {
  const { done, say, until, live } = useDone();
  const copy = (): void => {
    act.post({ type: 'copy', text: tabSeparated(rows()) });
    say('Copied');
  };
  return (
    <span class="copy" {...until}>
      <button type="button" class="quiet-action" aria-label={done === null ? `Copy ${what} as a table` : `Copied ${what}`} onClick={copy}>
        {done ?? 'Copy'}
      </button>
      {live}
    </span>
  );
}
