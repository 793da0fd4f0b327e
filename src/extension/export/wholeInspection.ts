import type { InspectRequest } from '../../shared/engine';
import type { Inspection } from '../../shared/inspection';
import type { PanelOptions } from '../../shared/panel';
import { textRequest, type Subject } from '../inspection/subject';
import type { Part } from './parts';

const holds = (part: Part, one: Part): boolean => part === one || part === 'everything';

/** What the engine is asked for so that a part is known at all positions. One prediction is always among it: surprisal and entropy come from it. */
export const requestOf = (part: Part, subject: Subject, options: PanelOptions): InspectRequest => ({
  ...textRequest(subject, options),
  neighbours: holds(part, 'neighbours') ? options.neighbours : 0,
  top: holds(part, 'predictions') ? options.top : 1,
  layers: part === 'everything',
  centred: options.centred,
});

/** One line, as the command line prints it: the tokens and the part. */
export function jsonOf(part: Part, inspection: Inspection): string {
  const { predictions: _, ...rest } = inspection;
  return `${JSON.stringify(holds(part, 'predictions') ? inspection : rest)}\n`;
}
