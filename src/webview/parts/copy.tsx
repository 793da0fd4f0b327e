import * as l10n from '@vscode/l10n';
import { useState } from 'preact/hooks';
import type { Actions } from '../section';

/** Rows as tab-separated text. Tabs and line ends inside a cell become spaces. */
export const tabSeparated = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => row.map((cell) => String(cell).replace(/[\t\r\n]/g, ' ')).join('\t')).join('\n') + '\n';

interface CopyProps {
  /** Accessible name before and after: `Copy the sizes as a table`, `Copied the sizes`. */
  readonly label: string;
  readonly copied: string;
  /** Header row first, numbers in full. */
  readonly rows: () => readonly (readonly (string | number)[])[];
  readonly act: Actions;
}

/** The outcome of a button, shown as its text and spoken by a live region. */
export function useDone() {
  const [done, setDone] = useState<'copied' | 'noPicture' | null>(null);
  const said = done === null ? null : done === 'copied' ? l10n.t('Copied') : l10n.t('The picture could not be made');
  return {
    done,
    said,
    say: setDone,
    /** Spread on the element that hides the outcome when the user leaves it. */
    until: { onFocusOut: () => setDone(null), onMouseLeave: () => setDone(null) },
    live: (
      <span class="hidden" role="status">
        {said === null ? '' : `${said}.`}
      </span>
    ),
  };
}

/** Copies a table as tab-separated text. */
export function Copy({ label, copied, rows, act }: CopyProps) {
  const { said, say, until, live } = useDone();
  const copy = (): void => {
    act.post({ type: 'copy', text: tabSeparated(rows()) });
    say('copied');
  };
  return (
    <span class="copy" {...until}>
      <button type="button" class="quiet-action" aria-label={said === null ? label : copied} onClick={copy}>
        {said ?? l10n.t('Copy')}
      </button>
      {live}
    </span>
  );
}
