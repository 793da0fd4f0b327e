import type { EncodingName } from '../../shared/engine';
import type { PanelState } from '../../shared/panel';

/**
 * What a click on an encoding does: which one is open then, and whether it has to be asked for. One that is open and
 * not known is asked for again and stays open.
 */
export function pressed(
  encoding: EncodingName,
  open: EncodingName | null,
  known: PanelState['encoded'],
): { readonly open: EncodingName | null; readonly ask: boolean } {
  const ask = known[encoding] === undefined;
  return { open: open === encoding && !ask ? null : encoding, ask };
}
