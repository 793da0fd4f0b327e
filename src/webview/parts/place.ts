import * as l10n from '@vscode/l10n';
import { count } from '../../shared/format';
import { type TextView, ownTotal, placeOf } from '../../shared/place';

/** Where a token stands: `position 3`, in the context `2 before the text`, or added by the model. */
export function placeName(text: TextView, index: number): string {
  const place = placeOf(text, index);
  if ('added' in place) return l10n.t('added before the text');
  return 'position' in place ? l10n.t('position {0}', place.position) : l10n.t('{0} before the text', place.before);
}

/**
 * The same in few letters: the number of the position, a negative one in the context, `+` where the model adds the
 * token.
 */
export function shortPlace(text: TextView, index: number): string {
  const place = placeOf(text, index);
  if ('added' in place) return '+';
  return String('position' in place ? place.position : -place.before);
}

/** The same, and of how many tokens where it is in the text: `position 3 of 5`. */
export function placeAmong(text: TextView, index: number): string {
  const place = placeOf(text, index);
  return 'position' in place
    ? l10n.t('position {0} of {1}', place.position, count(ownTotal(text)))
    : placeName(text, index);
}
