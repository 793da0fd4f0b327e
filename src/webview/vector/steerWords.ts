import * as l10n from '@vscode/l10n';
import { greatest } from 'd3-array';
import { bits, percent, plain, probability, roundedSize, signed } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import type { Steered, Steering } from '../../shared/vectors/steering';
import { changeOf } from '../attention/ablation';
import { residualPlace } from '../parts/layers';
import { words, type Words } from '../parts/words';

/** A steering before its vector has been chosen: everything else. */
export type Way = Omit<Steering, 'expression'>;

/** What is added or taken out, in the middle of a sentence. */
export function steeringName({ expression, how, strength, layer, positions }: Steering): string {
  const place = layer === null ? l10n.t('after every layer') : residualPlace(layer);
  const where = positions === 'all' ? l10n.t('{0} at all positions', place) : place;
  if (how === 'add') return l10n.t('{0} times “{1}” added {2}', plain(strength), expression, where);
  return l10n.t('{0} of the direction of “{1}” taken out {2}', percent(100 * strength, 0), expression, where);
}

/** What the position predicts with the vector, and how well the linear push foretold it. */
export function steerFinding({ steer }: Pick<PanelState, 'steer'>): Words {
  if (!steer?.result) return [];
  const { tokens, divergence, promised } = steer.result;
  const [before, after] = ([0, 1] as const).map((side) => greatest(tokens, ({ logits }) => logits[side]));
  if (!before || !after) return [];
  const [was, is] = [probability(before.probabilities[0]), probability(after.probabilities[1])];
  const predicted = words(
    before.token.id === after.token.id
      ? l10n.t('With {0}, the model still predicts {1} ({4} → {2})')
      : l10n.t('With {0}, the model predicts {1} ({2}) instead of {3} ({4})'),
    steeringName(steer.steering),
    after.token,
    is,
    before.token,
    was,
  );
  return words(
    l10n.t(
      '{0}. The push alone would change the logit of {1} by {2}. It really changed by {3}. KL divergence: {4} bits',
    ),
    predicted,
    after.token,
    signed(promised[tokens.indexOf(after)]),
    signed(changeOf(after.logits)),
    bits(divergence),
  );
}

/** How large what is added is beside the residual. */
export function sizesSentence({ vectorSize, residualSize }: Steered, { how, strength, layer }: Way): string {
  const [place, size] = [residualPlace(layer ?? 1), roundedSize(residualSize)];
  if (how === 'remove') return l10n.t('The residual {0} has size {1}.', place, size);
  const added = roundedSize(Math.abs(strength) * vectorSize);
  return l10n.t('The added vector has size {0}; the residual {1} has size {2}.', added, place, size);
}

/**
 * The strengths that a slider reaches: until what is added is as large as the residual, but at least 4. A direction
 * that is taken out once is gone.
 */
export function strengthRange(how: Steering['how'], result: Steered | null) {
  if (how === 'remove') return { least: 0, most: 1, step: 0.05 };
  const ratio = result && result.vectorSize > 0 ? result.residualSize / result.vectorSize : 16;
  const most = Math.min(1000, Math.max(4, 2 ** Math.ceil(Math.log2(ratio))));
  return { least: -most, most, step: most / 32 };
}
