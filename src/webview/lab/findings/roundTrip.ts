import * as l10n from '@vscode/l10n';
import type { RoundTripResult } from '../../../shared/lab';
import { count } from '../../../shared/format';
import { inWords } from '../../parts/numbers';

const many = (value: number): string => (value === 0 ? inWords(0) : count(value));

/** A row can only lose to a longer one by dot product: q·w > q·q needs ‖w‖ > ‖q‖. */
function byDotProduct(lost: number, centred: number, tried: number): string {
  const share = lost / tried;
  if (lost === 0) return l10n.t('By dot product all of the {0} tokens come back as themselves.', count(tried));
  if (lost === tried)
    return l10n.t(
      'By dot product none of the {0} tokens comes back as itself: a longer vector wins each time; {1} do not when centred.',
      count(tried),
      many(centred),
    );
  if (share >= 0.5)
    return l10n.t(
      'By dot product {0} of {1} tokens do not come back as themselves: a longer vector wins; {2} do not when centred.',
      count(lost),
      count(tried),
      many(centred),
    );
  if (share >= 0.05)
    return l10n.t(
      'By dot product {0} of {1} tokens do not come back as themselves, less than half of them; {2} do not when centred.',
      count(lost),
      count(tried),
      many(centred),
    );
  return l10n.t(
    'By dot product only {0} of {1} tokens do not come back as themselves; {2} do not when centred.',
    count(lost),
    count(tried),
    many(centred),
  );
}

export function roundTripFinding({
  tried,
  triedNormed = tried,
  misses: { raw, centred, normed },
}: RoundTripResult): string {
  if (!normed)
    return l10n.t(
      '{0} {1}',
      byDotProduct(raw.dot, centred.dot, tried),
      l10n.t('Missed by distance {0}, by cosine {1}.', many(raw.euclidean), many(raw.cosine)),
    );
  if (triedNormed < tried) {
    const others = l10n.t(
      'Missed by distance {0}, by cosine {1}; after the final norm, of {2}, {3} by distance, {4} by cosine and {5} by dot product.',
      many(raw.euclidean),
      many(raw.cosine),
      count(triedNormed),
      many(normed.euclidean),
      many(normed.cosine),
      many(normed.dot),
    );
    return l10n.t('{0} {1}', byDotProduct(raw.dot, centred.dot, tried), others);
  }
  const others = l10n.t(
    'Missed by distance {0}, by cosine {1}; after the final norm {2} by distance, {3} by cosine and {4} by dot product.',
    many(raw.euclidean),
    many(raw.cosine),
    many(normed.euclidean),
    many(normed.cosine),
    many(normed.dot),
  );
  return l10n.t('{0} {1}', byDotProduct(raw.dot, centred.dot, tried), others);
}

export const roundTripInShort = ({ tried, misses: { raw } }: RoundTripResult): string =>
  raw.dot === 0
    ? l10n.t('all of {0} do, by dot product', count(tried))
    : l10n.t('{0} of {1} do not, by dot product', count(raw.dot), count(tried));

/** What had to come out, so that nobody takes it for a discovery. */
export const whyTied = (tied: boolean): string | null =>
  tied
    ? l10n.t(
        'The two matrices are one here, so by raw distance and by cosine a token can lose only to a duplicate of its row. What the experiment tests is the dot product, and the final norm.',
      )
    : null;
