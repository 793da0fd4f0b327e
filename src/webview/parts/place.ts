import * as l10n from '@vscode/l10n';
import { count, valued } from '../../shared/format';
import { ownTotal, placeInText, type PlacedText, type TextView } from '../../shared/place';

/** A token's position in words: `position 3`, in the context `2 before the text`. */
export function placeName(text: PlacedText, index: number): string {
  const place = placeInText(text, index);
  if ('added' in place) return l10n.t('added before the text');
  return 'position' in place ? valued(l10n.t('position'), place.position) : l10n.t('{0} before the text', place.before);
}

/** A token's position in few letters: a number, negative in the context, or `+` for the token that the model adds. */
export function shortPlace(text: PlacedText, index: number): string {
  const place = placeInText(text, index);
  if ('added' in place) return '+';
  return String('position' in place ? place.position : -place.before);
}

/** A token's position among those of the text: `position 3 of 5`. */
export function placeAmong(text: TextView, index: number): string {
  const place = placeInText(text, index);
  return 'position' in place
    ? l10n.t('{0} of {1}', valued(l10n.t('position'), place.position), count(ownTotal(text)))
    : placeName(text, index);
}
