import * as l10n from '@vscode/l10n';
import { count } from '../../shared/format';
import type { Found } from '../../shared/panel';

/**
 * What Enter means while `query` stands in the box: the id of the closest token, null where there is none, undefined
 * while the answer to this query is still to come.
 */
export function entered(query: string, found: Found | null): number | null | undefined {
  return found?.query === query ? (found.tokens[0]?.id ?? null) : undefined;
}

/** What is said below the tokens that were found. */
export function foundNote({ tokens, total }: Pick<Found, 'tokens' | 'total'>): string {
  if (total === 0) return l10n.t('No token has this text or id.');
  return total > tokens.length
    ? l10n.t('{0} of {1} tokens, closest first', count(tokens.length), count(total))
    : l10n.t('{0} found', count(total));
}
