import * as l10n from '@vscode/l10n';
import type { PanelState } from '../../shared/panel';
import { figureOf, figuresOf, type PythonKind } from '../../shared/python';
import { isSection } from '../../shared/rooms';
import type { Actions } from '../actions';
import { useDone } from './copy';
import { Menu } from './menu';

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
export const pythonItems = (what: PythonKind, state: PanelState, act: Actions, done: () => void) =>
  figureOf(what, state) === null
    ? []
    : [
        {
          text: names[what]?.() ?? l10n.t('Copy as Python'),
          title: holds(),
          onChoose: () => {
            act.post({ type: 'copyPython', what });
            done();
          },
        },
      ];

/** Copies a script that computes the numbers of a section anew. */
export const CopyPython = ({ of, ...props }: FiguresProps & { readonly of: string }) => (
  <CopyFigures whats={(isSection(of) && figuresOf[of]) || []} {...props} />
);

interface FiguresProps {
  readonly state: PanelState;
  readonly act: Actions;
}

/** Nothing where there is no script. */
export function CopyFigures({ whats, state, act }: FiguresProps & { readonly whats: readonly PythonKind[] }) {
  const { said, say, live } = useDone();
  const items = whats.flatMap((what) => pythonItems(what, state, act, () => say('copied')));
  const [first, second] = items;
  if (!first) return null;
  return (
    <span class="copy">
      {second ? (
        <Menu label={said ?? l10n.t('Copy as Python')} title={holds()} items={items}>
          {said ?? l10n.t('Copy as Python')}
        </Menu>
      ) : (
        <button type="button" class="quiet-action" title={holds()} onClick={first.onChoose}>
          {said ?? l10n.t('Copy as Python')}
        </button>
      )}
      {live}
    </span>
  );
}
