import * as l10n from '@vscode/l10n';
import { namesOf, type Both } from '../../shared/both';
import type { ModelInfo } from '../../shared/model';
import type { PanelState } from '../../shared/panel';
import type { Side } from '../../shared/sides';
import { useRemembered } from '../parts/remembered';

/** What a sentence calls A and B. */
export const bothNames = ({ model, both: { other } }: Pick<PanelState, 'model' | 'both'>): Both<string> =>
  model && other ? namesOf([model, other.info]) : ['A', 'B'];

/** The names with the types of their weights. */
export const titles = ({ model, both: { other } }: Pick<PanelState, 'model' | 'both'>): Both<string> | null =>
  model && other ? [titleOf(model), titleOf(other.info)] : null;

const titleOf = ({ name, quantisation }: Pick<ModelInfo, 'name' | 'quantisation'>): string =>
  `${name} ${quantisation}`.trim();

/** What stands behind the letters A and B: what tells the models apart, or their types if nothing does. */
export function letteredNames(state: Pick<PanelState, 'model' | 'both'>): Both<string> {
  const {
    model,
    both: { other },
  } = state;
  const names = bothNames(state);
  return model && other && names[0] === 'A' && names[1] === 'B'
    ? [model.quantisation || model.name, other.info.quantisation || other.info.name]
    : names;
}

/** Whether each model turns ids into vectors and vectors into logits with one matrix. */
export const hasOneMatrix = ({ model, both: { other } }: Pick<PanelState, 'model' | 'both'>): boolean =>
  model?.tied !== false && other?.info.tied !== false;

/** The matrix whose rows are compared, where a model has two. */
export const useMatrix = () => useRemembered<Side>('matrix of both', 'input');

/** What the sections about the text wait for. */
export function bothPending({ both: { working, other, text }, text: inspected }: PanelState): string {
  if (working) return l10n.t('After the run.');
  if (other?.runs === 'inTurn' && !text) return l10n.t('After both models have run, one after the other.');
  return inspected ? l10n.t('After the run.') : l10n.t('Inspect a text to compare it in both models.');
}
