import type { PanelState } from '../shared/panel';
import { pushedToken } from './parts/compared';

/** The token whose button an event is about; null if it is about none. */
function tokenOf({ target }: Event): number | null {
  const button = target instanceof Element ? target.closest('.token-button') : null;
  const id = button?.closest('[data-id]')?.getAttribute('data-id');
  return id ? Number(id) : null;
}

/**
 * Alt and a click, or Alt and Enter, on any token that can be chosen compare the pushed token with it, or end that
 * comparison. The event then does nothing else.
 */
export function listenForComparisons(
  place: HTMLElement,
  state: () => PanelState | null,
  compare: (id: number | null) => void,
): void {
  const listen = (event: MouseEvent | KeyboardEvent) => {
    const now = state();
    if (!event.altKey || ('key' in event && event.key !== 'Enter') || !now?.run) return;
    const id = tokenOf(event);
    if (id === null || id === pushedToken(now)?.id) return;
    event.preventDefault();
    event.stopPropagation();
    compare(id === now.against ? null : id);
  };
  place.addEventListener('click', listen, true);
  place.addEventListener('keydown', listen, true);
}
