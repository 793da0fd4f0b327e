import type { Pushed } from '../../shared/attention';
import { defaults, type Control } from '../../shared/engine';
import type { TextRequest } from '../../shared/tokens';
import type { Model } from '../model/model';
import type { TrunkStore } from '../trunk/trunk';
import { checkPosition } from './limits';
import type { Position, PositionStore } from './positions';
import { measureText } from './run';
import { tokenise } from './tokenise';

/** A position of a text that was run. */
export interface RanPosition {
  readonly ids: readonly number[];
  /** Positions that were run. */
  readonly length: number;
  readonly positions: readonly Position[];
  readonly here: Position;
  readonly store: TrunkStore;
  /** The requested output token, or the likeliest. */
  readonly output: number;
}

/** Runs a text, if it was not run last, and measures the requested position. */
export async function ranPosition(
  model: Model,
  known: PositionStore,
  request: TextRequest & Pushed & { readonly position: number },
  control: Control,
): Promise<RanPosition> {
  const { position } = request;
  const { ids, length } = tokenise(model, { ...request, most: 0 });
  checkPosition(position, length);
  const inspected = ids.slice(0, length);
  const { positions } = await measureText(model, known, inspected, defaults.top, [], control);
  const here = positions[position] as Position;
  // A known text is not run again.
  const store = await model.trunk.run(inspected, { signal: control.signal });
  return { ids, length, positions, here, store, output: request.output ?? (here.likeliest[0]?.id as number) };
}
