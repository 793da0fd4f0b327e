import * as l10n from '@vscode/l10n';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type DataRows, markdown, tabSeparated } from '../../shared/columns';
import type { Intent } from '../../shared/intents';
import type { PanelState } from '../../shared/panel';
import type { OwnRun } from '../../shared/provenance';
import { figureOf, figuresOf, type PythonKind } from '../../shared/python';
import { isSection } from '../../shared/rooms';
import { type Actions, useAct } from '../actions';
import { Menu } from './menu';

/** How long an outcome is shown, milliseconds. A failure takes longer to read. */
const shownFor = { copied: 2000, noPicture: 8000 } as const;
type Outcome = keyof typeof shownFor;

/** Something to take out of the page: a copy, a file, a picture. */
export interface Taken {
  readonly text: string;
  readonly title?: string;
  /** Answers what became of it; null where the extension says it. */
  readonly take: (event: Partial<MouseEvent>) => Outcome | null | Promise<Outcome | null>;
}

/** Asks the extension for something. */
export const posted = (
  act: Actions,
  text: string,
  intent: () => Intent,
  outcome: Outcome | null = 'copied',
): Taken => ({
  text,
  take() {
    act.post(intent());
    return outcome;
  },
});

interface TakeProps {
  /** One is a button, several are a menu. */
  readonly items: readonly Taken[];
  /** What the button shows. */
  readonly text?: string;
  /** Its accessible name, where that is not what it shows. */
  readonly label?: string;
  readonly title?: string;
  readonly class?: string;
}

/**
 * A button that takes something out of the page. The outcome is shown as its text for a moment and spoken by a live
 * region. Time alone ends it: a menu closes under the mouse, so that leaving the button says nothing.
 */
export function Take({ items, text = l10n.t('Copy'), label, title, class: own = 'copy' }: TakeProps) {
  const [done, setDone] = useState<Outcome | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const take = async (one: Taken, event: Partial<MouseEvent>): Promise<void> => {
    const outcome = await one.take(event);
    if (outcome === null) return;
    clearTimeout(timer.current);
    setDone(outcome);
    timer.current = setTimeout(() => setDone(null), shownFor[outcome]);
  };
  const said = done === null ? null : done === 'copied' ? l10n.t('Copied') : l10n.t('The picture could not be made');
  const [first, second] = items;
  if (!first) return null;
  return (
    <span class={own}>
      {second ? (
        <Menu
          label={said ?? label}
          title={title}
          items={items.map((one) => ({ ...one, onChoose: () => void take(one, {}) }))}
        >
          {said ?? text}
        </Menu>
      ) : (
        <button
          type="button"
          class="quiet-action"
          aria-label={said ?? label}
          title={title}
          onClick={(event) => void take(first, event)}
        >
          {said ?? text}
        </button>
      )}
      <span class="hidden" role="status">
        {said === null ? '' : `${said}.`}
      </span>
    </span>
  );
}

export interface CopyProps {
  /** Names what is copied. */
  readonly name: string;
  /** Header row of each first, numbers in full. */
  readonly tables: () => readonly DataRows[];
  /** All of it, if that can be copied too. */
  readonly json?: () => object;
  /** Absent for numbers of the plain run of the text. */
  readonly of?: OwnRun | undefined;
}

/** Copies tables as tab-separated text, as Markdown while Shift is held, and as JSON while Alt is. */
export function Copy({ name, tables, json, of }: CopyProps) {
  const act = useAct();
  const take: Taken['take'] = ({ shiftKey, altKey }) => {
    const as = json && altKey ? 'json' : shiftKey ? 'markdown' : 'table';
    const text =
      json && altKey ? JSON.stringify(json()) : as === 'markdown' ? markdown(tables(), name) : tabSeparated(tables());
    act.post({ type: 'copy', text, as, ...(of && { of }) });
    return 'copied';
  };
  return (
    <Take
      items={[{ text: '', take }]}
      label={l10n.t('Copy as a table: {0}', name)}
      title={
        json ? l10n.t('With Shift: as Markdown tables. With Alt: as JSON') : l10n.t('With Shift: as a Markdown table')
      }
    />
  );
}

/** Those of a menu with several. */
const names: Readonly<Partial<Record<PythonKind, () => string>>> = {
  journey: () => l10n.t('Copy as Python: sizes, angles and pushes'),
  lens: () => l10n.t('Copy as Python: the lens'),
};

/** A script may be sent to others, so its hover says what it tells about the machine and the text. */
const holds = (): string =>
  l10n.t(
    'Copy a script that computes these numbers again. It contains the path of the model’s file and the ids of the text.',
  );

/** The entry of a menu that copies a script; none if there is no script for it. */
export const pythonItems = (what: PythonKind, state: PanelState, act: Actions): readonly Taken[] =>
  figureOf(what, state) === null
    ? []
    : [
        {
          ...posted(act, names[what]?.() ?? l10n.t('Copy as Python'), () => ({ type: 'copyPython', what })),
          title: holds(),
        },
      ];

interface FiguresProps {
  readonly state: PanelState;
}

/** Copies a script that computes the numbers of a section anew. */
export const CopyPython = ({ of, ...props }: FiguresProps & { readonly of: string }) => (
  <CopyFigures whats={(isSection(of) && figuresOf[of]) || []} {...props} />
);

/** Nothing where there is no script. */
export function CopyFigures({ whats, state }: FiguresProps & { readonly whats: readonly PythonKind[] }) {
  const act = useAct();
  const items = whats.flatMap((what) => pythonItems(what, state, act));
  const name = l10n.t('Copy as Python');
  return <Take items={items} text={name} label={name} title={holds()} />;
}
