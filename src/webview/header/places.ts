import type { Notice } from './notice';

const ofNow: ReadonlySet<Notice['kind']> = new Set(['working', 'empty', 'failed', 'cancelled']);

/**
 * A name for a notice's place in its list. What goes on and what came of it share one, so that their button stays the
 * same element and keeps the focus; so does the offer to load, where it stands alone.
 */
export function placeOf(kind: Notice['kind'], list: readonly Pick<Notice, 'kind'>[]): Notice['kind'] | 'now' {
  const isOfNow = kind === 'not-loaded' ? !list.some((notice) => ofNow.has(notice.kind)) : ofNow.has(kind);
  return isOfNow ? 'now' : kind;
}
