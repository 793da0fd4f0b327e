import type { InspectRequest } from '../../shared/engine';
import type { Inspection } from '../../shared/inspection';
import type { PanelState } from '../../shared/panel';
import { spaceOf } from '../../shared/sides';
import { textRequest, type Subject } from '../inspection/subject';
import type { Part } from './parts';

const holds = (part: Part, one: Part): boolean => part === one || part === 'everything';

/**
 * What the engine is asked for so that a part is known at all positions. One prediction is always among it, since
 * surprisal and entropy come from it; none where only the geometry was loaded.
 */
export function requestOf(
  part: Part,
  subject: Subject,
  { model, options }: Pick<PanelState, 'model' | 'options'>,
): InspectRequest {
  const space = spaceOf({ model, options });
  const runs = model?.trunk !== null;
  return {
    ...textRequest(subject, options),
    neighbours: holds(part, 'neighbours') ? options.neighbours : 0,
    top: !runs ? 0 : holds(part, 'predictions') ? options.top : 1,
    layers: runs && part === 'everything',
    centred: options.centred,
    ...(space && { space }),
  };
}

/** One line, as the command line prints it: the tokens and the part. */
export function jsonOf(part: Part, inspection: Inspection): string {
  const { predictions: _, ...rest } = inspection;
  return `${JSON.stringify(holds(part, 'predictions') ? inspection : rest)}\n`;
}
