import type { PanelState } from '../../shared/panel';
import { count } from '../../shared/format';
import { limitIndex } from '../../shared/place';
import { awaited } from '../parts/awaited';

/** Why there is no prediction: it is not made yet, or not made at all. */
export function missing(state: PanelState): string {
  const { text, position, options } = state;
  if (text && position !== null && position >= limitIndex(text)) return `This token is beyond the first ${count(options.limit)}: it has no prediction.`;
  const wait = awaited(state, 'what comes next');
  if (wait !== null) return wait;
  return text ? 'Not known for this text: run it again.' : 'Inspect a text to see what the model expects next.';
}
