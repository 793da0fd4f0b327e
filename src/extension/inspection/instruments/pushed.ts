import type { Pushed } from '../../../shared/attention';
import type { PanelState } from '../../../shared/panel';

/**
 * The token whose logit is taken apart: one that was chosen elsewhere than in the text, else the likeliest; and the one
 * that it is compared with.
 */
export function pushedOf({ position, text, token, against }: PanelState): Pushed {
  const own = position === null ? undefined : text?.tokens[position]?.id;
  const output = token && token.token.id !== own ? token.token.id : undefined;
  return {
    ...(output !== undefined && { output }),
    ...(against !== null && { against }),
  };
}
