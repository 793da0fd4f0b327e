import * as l10n from '@vscode/l10n';
import { readsLayers, readsText, type Experiment, type LabAsk } from '../../shared/lab';
import { takesApart } from '../../shared/model';
import type { PanelState } from '../../shared/panel';
import { withoutHidden, withoutLayers, withoutMatrices } from '../parts/unknown';
import { chosenId } from '../store';
import { pages } from './experiments';
import type { Draft } from './options';

/** Whether the experiment needs more of the model than is known: its layers, h, or the matrices. */
export const needsLayers = (name: Experiment, { model }: PanelState): boolean =>
  model !== null &&
  (model.sizes === null || (readsLayers(name) && model.trunk === null) || (readsText(name) && !takesApart(model)));

/** The request to the extension; null if something is missing, which `obstacle` names. */
export function askOf<E extends Experiment>(name: E, draft: Draft, state: PanelState): LabAsk<E> | null {
  if (needsLayers(name, state) || (readsText(name) && !state.text)) return null;
  const options = pages[name].options(draft, state);
  return options && { name, options };
}

/** What the user has to do before the experiment can run. */
export function obstacle(name: Experiment, draft: Draft, state: PanelState): string | null {
  if (askOf(name, draft, state)) return null;
  if (needsLayers(name, state))
    return (
      withoutMatrices(state) ??
      (readsLayers(name) ? withoutLayers(state) : withoutHidden(state)) ??
      l10n.t('This experiment needs the layers, but only the geometry of this model is loaded.')
    );
  if (readsText(name) && !state.text)
    return l10n.t('This experiment needs an inspected text. Select some text in the editor and inspect it.');
  if (chosenId(state) === undefined) return l10n.t('Choose a token first.');
  return pages[name].missing?.() ?? null;
}

/** A sentence with the options that a result does not show. */
export const askedWith = <E extends Experiment>({ name, options }: LabAsk<E>): string | null =>
  pages[name].askedWith?.(options) ?? null;
