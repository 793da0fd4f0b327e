import * as l10n from '@vscode/l10n';
import { namesOf, type Both } from '../../shared/both';
import type { PanelState } from '../../shared/panel';
import type { Side } from '../../shared/sides';
import { useRemembered } from '../parts/remembered';

/** What a sentence calls A and B. */
export const bothNames = ({ model, both: { other } }: Pick<PanelState, 'model' | 'both'>): Both<string> =>
  model && other ? namesOf([model, other.info]) : ['A', 'B'];

/** A name with the type of its weights, but for B's name where it is A's. */
export function titles({ model, both: { other } }: Pick<PanelState, 'model' | 'both'>): Both<string> | null {
  if (!model || !other) return null;
  const { name, quantisation } = other.info;
  return [`${model.name} ${model.quantisation}`, name === model.name ? quantisation : `${name} ${quantisation}`];
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
