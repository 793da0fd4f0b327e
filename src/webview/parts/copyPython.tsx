import * as l10n from '@vscode/l10n';
import type { PanelState } from '../../shared/panel';
import { figureOf, figuresOf, type PythonKind } from '../../shared/python';
import { isSection } from '../../shared/rooms';
import type { Actions } from '../actions';
import { DoneButton, DoneMenu } from './copy';

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
  const itemsOf = (done: () => void) => whats.flatMap((what) => pythonItems(what, state, act, done));
  const [first, second] = itemsOf(() => undefined);
  if (!first) return null;
  const shared = { text: l10n.t('Copy as Python'), title: holds() };
  return second ? (
    <DoneMenu {...shared} items={(say) => itemsOf(() => say('copied'))} />
  ) : (
    <DoneButton {...shared} onPress={(say) => itemsOf(() => say('copied'))[0]?.onChoose()} />
  );
}
