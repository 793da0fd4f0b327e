import * as l10n from '@vscode/l10n';
import type { PanelState } from '../../shared/panel';
import { count } from '../../shared/format';
import { inWords } from '../parts/numbers';
import type { Words } from '../parts/words';
import { pairAngles } from './angles';
import { printedAngle } from './words';

/** How many of the pairs have turned at least once at the chosen position, and how far the slowest is. */
export function positionFinding({ model, position }: PanelState): Words {
  const rotary = model?.trunk?.rotary;
  if (!rotary || position === null) return [];
  const pairs = pairAngles(rotary, position);
  const slowest = pairs.at(-1);
  if (!slowest) return [];
  if (position === 0) return [l10n.t('At the start nothing is turned: all {0} pairs stand at 0°', count(pairs.length))];
  const around = pairs.filter(({ turns }) => turns >= 1).length;
  const far = printedAngle(slowest);
  if (around === pairs.length)
    return [
      l10n.t(
        '{0} steps from the start, all {1} pairs have turned at least once; the slowest stands at {2}',
        count(position),
        count(pairs.length),
        far,
      ),
    ];
  const turned =
    around === 0
      ? l10n.t('no pair has turned once')
      : around === 1
        ? l10n.t('one pair of {0} has turned at least once', count(pairs.length))
        : l10n.t('{0} of {1} pairs have turned at least once', inWords(around), count(pairs.length));
  return [
    position === 1
      ? l10n.t('One step from the start, {0}, the slowest by {1}', turned, far)
      : l10n.t('{0} steps from the start, {1}, the slowest by {2}', count(position), turned, far),
  ];
}
