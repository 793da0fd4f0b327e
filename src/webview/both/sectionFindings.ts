import * as l10n from '@vscode/l10n';
import { extent } from 'd3-array';
import { bothOf, modelNamesOf, type Both } from '../../shared/both';
import { areUnrelated, ratiosOf } from '../../shared/bothFacts';
import { bothFinding, type TwoModels } from '../../shared/bothFinding';
import { fixed } from '../../shared/format';
import type { ModelInfo } from '../../shared/model';
import type { PanelState } from '../../shared/panel';
import { translated } from '../../shared/said';
import type { Side } from '../../shared/sides';
import { anglesSaid, haveSameResiduals } from '../journey/twoResiduals';
import { layerCount } from '../parts/layers';
import { tokenCount } from '../parts/numbers';
import { useRemembered } from '../parts/remembered';
import type { Words } from '../parts/words';

/** What a sentence calls A and B. */
export const bothNames = ({ model, both: { other } }: Pick<PanelState, 'model' | 'both'>): Both<string> =>
  model && other ? modelNamesOf([model, other.info]) : ['A', 'B'];

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

/** What the panel knows of two models; `null` without a second one. */
export function twoModels(state: PanelState): TwoModels | null {
  const { model, text: inspected, both } = state;
  const { other, text, rows, position } = both;
  if (!model || !other) return null;
  return {
    ...{ runs: other.runs, sameVocabulary: other.sameVocabulary, sameWidth: other.sameWidth, text, position },
    refusal: other.refusal && translated(other.refusal, l10n),
    models: [model, other.info],
    names: bothNames(state),
    // An adapter is added to A as it is.
    types: other.adapter ? ['', ''] : [model.quantisation, other.info.quantisation],
    tokens: inspected?.tokens ?? [],
    contextCount: inspected?.contextCount ?? 0,
    rows: rows ? [rows] : [],
  };
}

export function bothRoomFinding(state: PanelState): Words {
  const two = twoModels(state);
  return two ? bothFinding(two, l10n) : [];
}

/** How differently the models cut the text. What else their texts say stands once, at the head of the room. */
export function bothTextFinding(state: PanelState): Words {
  const { text } = state.both;
  if (text?.kind !== 'other') return [];
  const [a, b] = bothNames(state);
  const [ofA, ofB] = text.tokens;
  return [l10n.t('{0} cuts the text into {1}, {2} into {3}', a, tokenCount(ofA.length), b, tokenCount(ofB.length))];
}

export function bothLayersFinding({ both: { position, rows } }: PanelState): Words {
  if (!position) return [];
  const { residualAngle: angles, residualSize } = position;
  if (haveSameResiduals(position)) return [l10n.t('The residuals are the same after every layer')];
  const [depth, other] = bothOf((side) => residualSize[side].length - 1);
  const [least, most] = extent(ratiosOf(position).filter(Number.isFinite));
  const sizes =
    depth === other && least !== undefined
      ? l10n.t('B’s sizes are {0} to {1} times A’s', fixed(least, 2), fixed(most, 2))
      : l10n.t('A has {0} and B has {1}', layerCount(depth), layerCount(other));
  if (!angles || areUnrelated(rows)) return [sizes];
  return [l10n.t('{0}. {1}', anglesSaid(angles), sizes)];
}
