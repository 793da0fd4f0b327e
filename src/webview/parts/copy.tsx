import * as l10n from '@vscode/l10n';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type DataRows, markdown, tabSeparated } from '../../shared/columns';
import type { OwnRun } from '../../shared/provenance';
import type { Actions } from '../actions';
import { Menu, type MenuItem } from './menu';

export interface CopyProps {
  /** Names what is copied. */
  readonly name: string;
  /** Header row of each first, numbers in full. */
  readonly tables: () => readonly DataRows[];
  /** All of it, if that can be copied too. */
  readonly json?: () => object;
  /** Absent for numbers of the plain run of the text. */
  readonly of?: OwnRun | undefined;
  readonly act: Actions;
}

/** How long an outcome is shown, milliseconds. A failure takes longer to read. */
const shownFor = { copied: 2000, noPicture: 8000 } as const;

/**
 * The outcome of a button, shown as its text for a moment and spoken by a live region. Time alone ends it: a menu
 * closes under the mouse, so that leaving the button says nothing.
 */
export function useDone() {
  const [done, setDone] = useState<keyof typeof shownFor | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const said = done === null ? null : done === 'copied' ? l10n.t('Copied') : l10n.t('The picture could not be made');
  return {
    said,
    say: (outcome: keyof typeof shownFor) => {
      clearTimeout(timer.current);
      setDone(outcome);
      timer.current = setTimeout(() => setDone(null), shownFor[outcome]);
    },
    live: (
      <span class="hidden" role="status">
        {said === null ? '' : `${said}.`}
      </span>
    ),
  };
}

type Say = ReturnType<typeof useDone>['say'];

interface DoneProps {
  readonly text: string;
  /** Its accessible name; by default the text. */
  readonly label?: string;
  readonly title?: string;
  readonly class?: string;
}

/** A button that shows for a moment what came of it. */
export function DoneButton({
  text,
  label,
  title,
  class: name = 'copy',
  onPress,
}: DoneProps & { readonly onPress: (say: Say, event: MouseEvent) => void }) {
  const { said, say, live } = useDone();
  return (
    <span class={name}>
      <button
        type="button"
        class="quiet-action"
        aria-label={said ?? label}
        title={title}
        onClick={(event) => onPress(say, event)}
      >
        {said ?? text}
      </button>
      {live}
    </span>
  );
}

/** The same with a menu. */
export function DoneMenu({
  text,
  label,
  items,
  ...rest
}: DoneProps & { readonly items: (say: Say) => readonly MenuItem[] }) {
  const { said, say, live } = useDone();
  return (
    <span class="copy">
      <Menu label={said ?? label ?? text} items={items(say)} {...rest}>
        {said ?? text}
      </Menu>
      {live}
    </span>
  );
}

/** Copies tables as tab-separated text, as Markdown while Shift is held, and as JSON while Alt is. */
export function Copy({ name, tables, json, of, act }: CopyProps) {
  const copy = (say: Say, { shiftKey, altKey }: MouseEvent): void => {
    const as = json && altKey ? 'json' : shiftKey ? 'markdown' : 'table';
    const text =
      json && altKey ? JSON.stringify(json()) : as === 'markdown' ? markdown(tables(), name) : tabSeparated(tables());
    act.post({ type: 'copy', text, as, ...(of && { of }) });
    say('copied');
  };
  return (
    <DoneButton
      text={l10n.t('Copy')}
      label={l10n.t('Copy as a table: {0}', name)}
      title={
        json ? l10n.t('With Shift: as Markdown tables. With Alt: as JSON') : l10n.t('With Shift: as a Markdown table')
      }
      onPress={copy}
    />
  );
}
