import type { Pushed } from '../../shared/attention';
import type { TrunkStore } from '../trunk/trunk';
import { checkPosition, checkPushed } from './limits';
import type { AboutText, Position } from './positions';
import { measureText } from './run';

export interface RanPosition {
  readonly positions: readonly Position[];
  readonly here: Position;
  readonly store: TrunkStore;
  /** The requested output token, or the likeliest. */
  readonly output: number;
}

/** Runs a text, if it was not run last, and measures the requested position. */
export const ranPosition: AboutText<Pushed & { readonly position: number }, RanPosition> = async (
  loaded,
  { inspected },
  question,
  control,
) => {
  const { model } = loaded;
  const { position } = question;
  checkPosition(position, inspected.length);
  checkPushed(model, question);
  const { positions } = await measureText(loaded, inspected, control);
  const here = positions[position] as Position;
  // A known text is not run again.
  const store = await model.trunk.run(inspected, { signal: control.signal });
  return { positions, here, store, output: question.output ?? (here.likeliest[0]?.id as number) };
};
