import * as l10n from '@vscode/l10n';
import type { LabEntry, OneLengthResult, Pair, RulersResult } from '../../../shared/lab';
import { percent, size } from '../../../shared/format';
import type { PanelState } from '../../../shared/panel';
import { shared } from '../../neighbours/finding';
import { inWords, tokenCount } from '../../parts/numbers';
import { type Words, words } from '../../parts/words';
import type { TokenOf } from '../names';

const pairNames: Readonly<Record<Pair, () => string>> = {
  'euclidean-dot': () => l10n.t('distance and dot product'),
  'euclidean-cosine': () => l10n.t('distance and cosine'),
  'dot-cosine': () => l10n.t('dot product and cosine'),
};
export const pairName = (pair: Pair): string => pairNames[pair]();

const ofHundred = (share: number): string => percent(100 * share);

/** How far the rulers agree over a sample of the vocabulary. */
function overSample({ size: many, overlap }: RulersResult['sample']): string {
  if (many === 0) return '';
  const tokens = tokenCount(many);
  const [distanceDot, distanceCosine, dotCosine] = [
    overlap['euclidean-dot'],
    overlap['euclidean-cosine'],
    overlap['dot-cosine'],
  ];
  const shares = [ofHundred(distanceDot), ofHundred(distanceCosine), ofHundred(dotCosine)] as const;
  if (Math.min(distanceDot, distanceCosine, dotCosine) >= 0.9) {
    return l10n.t(
      'Over {0} the three rulers agree almost everywhere: distance and dot product share {1} of their lists, distance and cosine {2}, dot product and cosine {3}.',
      tokens,
      ...shares,
    );
  }
  if (Math.max(distanceDot, dotCosine) < 0.5 * distanceCosine) {
    return l10n.t(
      'Over {0} the dot product goes its own way: it shares {1} of its lists with distance and {3} with cosine, while these two share {2}.',
      tokens,
      ...shares,
    );
  }
  return l10n.t(
    'Over {0} the rulers agree in part: distance and dot product share {1} of their lists, distance and cosine {2}, dot product and cosine {3}.',
    tokens,
    ...shares,
  );
}

export function rulersFinding({ token, lists, overlap, sample }: RulersResult, tokenOf: TokenOf): Words {
  const k = lists.dot.length;
  const of = (pair: Pair) => inWords(Math.round(overlap[pair] * k));
  const same = Object.values(overlap).every((share) => share === 1);
  const own = same
    ? words(l10n.t('For {0} all three list the same {1}.'), tokenOf(token), inWords(k))
    : words(
        l10n.t(
          'Of the {1} nearest to {0}, distance and dot product share {2}, distance and cosine {3}, dot product and cosine {4}.',
        ),
        tokenOf(token),
        inWords(k),
        of('euclidean-dot'),
        of('euclidean-cosine'),
        of('dot-cosine'),
      );
  const further = overSample(sample);
  return further === '' ? own : [...own, ' ', further];
}

export const rulersInShort = ({ lists, overlap, sample }: RulersResult): string =>
  sample.size > 0
    ? l10n.t('distance and dot product share {0}', ofHundred(sample.overlap['euclidean-dot']))
    : l10n.t(
        'distance and dot product share {0} of {1}',
        inWords(Math.round(overlap['euclidean-dot'] * lists.dot.length)),
        inWords(lists.dot.length),
      );

/** The identity with this token's numbers: what the first by dot product pays for its length, beside the nearest. */
export function handicap({ token, lists }: RulersResult, tokenOf: TokenOf): Words {
  const other = (list: readonly LabEntry[]): LabEntry | undefined => list.find(({ id }) => id !== token.id);
  const [far, near] = [other(lists.dot), other(lists.euclidean)];
  if (!far || !near) return [];
  const [first, second] = [tokenOf(far), tokenOf(near)];
  const half = (length: number): number => (length * length) / 2;
  if (!Number.isFinite(first.size) || !Number.isFinite(second.size)) return [];
  const left = far.value - half(first.size);
  if (far.id === near.id) {
    return words(
      l10n.t(
        '{0} is first by both: its dot product of {1} less half its squared length, {2}, leaves {3}, more than any other token.',
      ),
      first,
      size(far.value),
      size(half(first.size)),
      size(left),
    );
  }
  // From the identity, since the list by distance has no dot products.
  const dot = (token.size ** 2 + second.size ** 2 - near.value ** 2) / 2;
  return words(
    l10n.t(
      'By dot product {0} leads with {1} against {2} for {3}. Less half the squared length, {4} and {5}, it is {6} against {7}: {3} is nearer.',
    ),
    first,
    size(far.value),
    size(dot),
    second,
    size(half(first.size)),
    size(half(second.size)),
    size(left),
    size(dot - half(second.size)),
  );
}

/** How many the raw lists by distance and by dot product share, where they are known of the same token and length. */
export function rawShared(
  { lab, neighbours }: Pick<PanelState, 'lab' | 'neighbours'>,
  { token, lists }: OneLengthResult,
): number | null {
  const k = lists.dot.length;
  const done = lab.rulers?.done?.result;
  if (done?.name === 'rulers' && done.result.token.id === token.id && done.result.lists.dot.length === k)
    return Math.round(done.result.overlap['euclidean-dot'] * k);
  if (neighbours && !neighbours.centred && neighbours.query.id === token.id && neighbours.lists.dot.length === k)
    return shared(neighbours.lists.euclidean, neighbours.lists.dot);
  return null;
}

export function oneLengthFinding(result: OneLengthResult, before: number | null, tokenOf: TokenOf): Words {
  const { token, identical, overlap, lists } = result;
  const k = lists.dot.length;
  if (!identical)
    return words(
      l10n.t(
        'At one length the three lists of {0} are not identical: distance and dot product share {1} of {2}. Only rounding can tell equal numbers apart.',
      ),
      tokenOf(token),
      inWords(Math.round(overlap['euclidean-dot'] * k)),
      inWords(k),
    );
  if (before === null) return words(l10n.t('At one length the three lists of {0} are identical.'), tokenOf(token));
  return words(
    l10n.t(
      'At one length the three lists of {0} are identical. At their own lengths, distance and dot product share {1} of {2}.',
    ),
    tokenOf(token),
    inWords(before),
    inWords(k),
  );
}

export const oneLengthInShort = ({ identical }: OneLengthResult): string =>
  identical ? l10n.t('the three lists are identical') : l10n.t('the three lists differ');
