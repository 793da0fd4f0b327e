import type { InspectRequest } from '../../shared/engine';
import type { Inspection } from '../../shared/inspection';
import { predicts } from '../../shared/model';
import type { PanelState } from '../../shared/panel';
import type { HowRead } from '../../shared/place';
import { spaceOf } from '../../shared/sides';
import { textRequest, type Subject } from '../inspection/subject';
import type { Part } from './exportParts';

const holds = (part: Part, one: Part): boolean => part === one || part === 'everything';

/**
 * The request for a part at all positions. It includes at least one prediction, since surprisal and entropy come with
 * it; none if the model predicts nothing. Neighbours need the matrices. Layers are of a model that runs here.
 */
export function requestOf(
  part: Part,
  subject: Subject,
  { model, options }: Pick<PanelState, 'model' | 'options'>,
): InspectRequest & HowRead {
  const space = spaceOf({ model, options });
  const runs = !model || predicts(model);
  return {
    ...textRequest(subject, options),
    neighbours: holds(part, 'neighbours') && model?.sizes !== null ? options.neighbours : 0,
    top: !runs ? 0 : holds(part, 'predictions') ? options.top : 1,
    layers: model?.trunk !== null && part === 'everything',
    centred: options.centred,
    ...(space && { space }),
  };
}

/** The tokens and the part, as the command line prints them. */
export function partOf(part: Part, inspection: Inspection): Inspection {
  const { predictions: _, listed: __, ...rest } = inspection;
  return holds(part, 'predictions') ? inspection : rest;
}
