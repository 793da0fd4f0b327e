import * as l10n from '@vscode/l10n';
import { minIndex } from 'd3-array';
import type { BetweenResult } from '../../../shared/lab';
import { fixed, size } from '../../../shared/format';
import { type Words, words } from '../../parts/words';
import type { TokenOf } from '../names';

/** What counts as shorter, as a share of the shorter end. */
const noticeable = 0.005;

/** Where the straight way is shortest, against the shorter end. */
function dip({ steps }: BetweenResult): string {
  const sizes = steps.map(({ straight }) => straight.size);
  const at = minIndex(sizes);
  const least = sizes[at] ?? NaN;
  const end = Math.min(sizes[0] ?? NaN, sizes.at(-1) ?? NaN);
  if (!(least < end * (1 - noticeable)))
    return l10n.t('The straight way is at no step shorter than its shorter end, {0}.', size(end));
  return l10n.t(
    'The straight way dips to a length of {0} at t = {1}, below its shorter end of {2}; along the sphere it goes evenly.',
    size(least),
    fixed(steps[at]?.t, 2),
    size(end),
  );
}

/** Where the nearest by cosine on the straight way turns from one end to the other, and what comes in between. */
function turn({ from, to, steps }: BetweenResult, tokenOf: TokenOf): Words {
  const firsts = steps.map(({ t, straight }) => ({ t, entry: straight.nearest.cosine[0] }));
  const others = new Map(
    firsts.flatMap(({ entry }) =>
      entry && entry.id !== from.id && entry.id !== to.id ? [[entry.id, entry] as const] : [],
    ),
  );
  const arrived = firsts.find(({ entry }) => entry?.id === to.id);
  if (!arrived) return words(l10n.t('By cosine {0} is never the nearest.'), tokenOf(to));
  const [other] = others.values();
  if (!other)
    return words(
      l10n.t('By cosine the nearest is {0} up to t = {2}, then {1}: at no step is it another.'),
      tokenOf(from),
      tokenOf(to),
      fixed(firsts[firsts.indexOf(arrived) - 1]?.t ?? 0, 2),
    );
  return words(
    l10n.t('By cosine {1} is the nearest from t = {2} on; on the way it is also {3}.'),
    tokenOf(from),
    tokenOf(to),
    fixed(arrived.t, 2),
    tokenOf(other),
  );
}

/** What is predicted at both ends. */
function predicted({ steps }: BetweenResult, tokenOf: TokenOf): Words {
  const [first, last] = [steps[0]?.straight.predicted[0], steps.at(-1)?.straight.predicted[0]];
  if (!first || !last) return [];
  return first.id === last.id
    ? words(l10n.t('The prediction is {0} at both ends.'), tokenOf(first))
    : words(l10n.t('The prediction goes from {0} to {1}.'), tokenOf(first), tokenOf(last));
}

export function betweenFinding(result: BetweenResult, tokenOf: TokenOf): Words {
  if (result.from.id === result.to.id)
    return words(l10n.t('Both ends are {0}: there is no way to go.'), tokenOf(result.from));
  return words(l10n.t('{0} {1} {2}'), dip(result), turn(result, tokenOf), predicted(result, tokenOf));
}

export const betweenInShort = ({ from, to }: BetweenResult, tokenOf: TokenOf): Words =>
  words(l10n.t('{0} to {1}'), tokenOf(from), tokenOf(to));
