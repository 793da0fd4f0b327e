import * as l10n from '@vscode/l10n';
import { count } from '../../shared/format';
import type { Found } from '../../shared/panel';

/**
 * The token that Enter chooses for `query`: the id of the closest one, `null` if none was found, `undefined` before the
 * answer to this query.
 */
export function closestToken(query: string, found: Found | null): number | null | undefined {
  return found?.query === query ? (found.tokens[0]?.id ?? null) : undefined;
}

/** The line below the tokens that were found. */
export function foundNote({ tokens, total }: Pick<Found, 'tokens' | 'total'>): string {
  if (total === 0) return l10n.t('No token has this text or id.');
  return total > tokens.length
    ? l10n.t('{0} of {1} tokens, closest first', count(tokens.length), count(total))
    : l10n.t('{0} found', count(total));
}
