import type { Found } from '../../shared/panel';

/**
 * What Enter means while `query` stands in the box: the id of the closest token, null where there is none, undefined
 * while the answer to this query is still to come.
 */
export function entered(query: string, found: Found | null): number | null | undefined {
  return found?.query === query ? (found.tokens[0]?.id ?? null) : undefined;
}
