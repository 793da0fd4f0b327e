import * as l10n from '@vscode/l10n';
import { degrees, percent, size } from '../../shared/format';
import type { LearnedPosition } from '../../shared/layers';
import type { PanelState } from '../../shared/panel';
import type { Words } from '../parts/words';

/** What the position's vector is to r_0, as the end of a sentence. */
function part({ share }: LearnedPosition): string {
  if (Number.isNaN(share)) return l10n.t('r₀ has no length');
  const printed = percent(100 * Math.abs(share));
  if (share < 0) return l10n.t('it points against r₀, by {0} of it', printed);
  if (share > 1) return l10n.t('it makes up all of r₀, which the token’s vector shortens');
  return share > 0.5
    ? l10n.t('it makes up more of r₀ than the token does: {0}', printed)
    : l10n.t('it makes up {0} of r₀', printed);
}

/** The vector of the chosen position: how long it is, how it stands to the token’s, and what it is of the sum. */
export function learnedFinding({ journey, position }: Pick<PanelState, 'journey' | 'position'>): Words {
  const learned = journey?.position === position ? journey?.learned : null;
  if (!learned || position === null) return [];
  const length = size(learned.sizes[position]);
  if (learned.angleToInput === undefined)
    return [l10n.t('The vector of this position is {0} long; {1}', length, part(learned))];
  return [
    l10n.t(
      'The vector of this position is {0} long and stands at {1} to the token’s; {2}',
      length,
      degrees(learned.angleToInput),
      part(learned),
    ),
  ];
}
