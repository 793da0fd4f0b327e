import * as l10n from '@vscode/l10n';
import type { LengthSweep, SizeSummary } from '../../shared/engine';
import { count, decimalsWithin, fixed, sizeOfH } from '../../shared/format';
import type { VocabularyToken } from '../../shared/tokens';
import { type Words, words } from '../parts/words';

/** How well the list by distance agrees with the list by dot product: they share `shared` tokens. */
function verdict(shared: number, withCosine: number, { sharedWithDot }: LengthSweep): string {
  // Where the lists agree at every size drawn, the size of h is no reason: the tokens are about equally large.
  if (Math.min(...sharedWithDot) >= 7) return l10n.t('distance and dot product nearly agree, however large h is');
  if (shared >= 7 && withCosine <= shared) return l10n.t('h is large, so distance and dot product nearly agree');
  return shared >= 4
    ? l10n.t('distance and dot product agree in part')
    : l10n.t('distance says little about the prediction');
}

/** The tokens nearest to h by distance if it had another size, best first. */
export const nearestAt = ({ tokens, nearest }: LengthSweep, at: number): readonly VocabularyToken[] =>
  (nearest[at] ?? []).flatMap((index) => tokens[index] ?? []);

const decimalsOf = (length: number): number => (length < 10 ? 2 : length < 1000 ? 1 : 0);
/** ‖h‖ in model units: as everywhere for the size that h has, with fewer decimals for large other ones. */
export const printedLength = ({ lengths, actual }: LengthSweep, at: number): string => {
  const length = lengths[at] ?? NaN;
  return at === actual ? sizeOfH(length) : fixed(length, decimalsOf(length));
};

/** How many tokens the list by distance shares with the two others at one size. */
export function atLength(sweep: LengthSweep, at: number): Words {
  const dot = sweep.sharedWithDot[at] ?? 0;
  const cosine = sweep.sharedWithCosine[at] ?? 0;
  return words(
    l10n.t(
      'With ‖h‖ = {0}, the ten nearest by distance share {1} with the ten by dot product and {2} with the ten by cosine: {3}.',
    ),
    printedLength(sweep, at),
    count(dot),
    count(cosine),
    verdict(dot, cosine, sweep),
  );
}

/** The agreement of the two other lists, which no size changes, and the list by distance as h shrinks. */
export function overall(sweep: LengthSweep, dotAndCosine: number, { smallest }: SizeSummary): Words {
  const steady = `${l10n.t('The lists by dot product and by cosine never change with ‖h‖; they share {0}.', count(dotAndCosine))} `;
  const firsts = sweep.nearest.map((_, at) => nearestAt(sweep, at)[0]);
  const first = firsts[0];
  if (!first) return [steady];
  const leaves = first.id === smallest.id ? firsts.findIndex((token) => token?.id !== smallest.id) : -1;
  if (leaves < 0)
    return [steady, ...words(l10n.t('At the smallest size drawn, the nearest token by distance is {0}.'), first)];
  return [
    steady,
    ...words(
      l10n.t('Below ‖h‖ ≈ {0}, the nearest token by distance is {1}, the smallest of all.'),
      fixed(sweep.lengths[leaves], decimalsWithin(sweep.lengths[leaves] ?? 1, 1)),
      smallest,
    ),
  ];
}

/** Points of a stepped line: each value reaches halfway to the next size. */
export function steps(values: readonly number[], x: (index: number) => number, y: (value: number) => number): string {
  const last = values.length - 1;
  return values
    .map((value, index) => {
      const from = index === 0 ? x(0) : (x(index - 1) + x(index)) / 2;
      const to = index === last ? x(last) : (x(index) + x(index + 1)) / 2;
      return `${from.toFixed(1)},${y(value).toFixed(1)} ${to.toFixed(1)},${y(value).toFixed(1)}`;
    })
    .join(' ');
}
