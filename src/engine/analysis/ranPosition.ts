import type { Pushed } from '../../shared/attention';
import { defaults, type Control } from '../../shared/engine';
import type { TrunkStore } from '../trunk/trunk';
import { checkPosition, checkPushed } from './limits';
import type { LoadedModel, Position } from './positions';
import { measureText } from './run';
import type { CutText } from './tokenise';

/** A position of a text that was run. */
export interface RanPosition {
  readonly positions: readonly Position[];
  readonly here: Position;
  readonly store: TrunkStore;
  /** The requested output token, or the likeliest. */
  readonly output: number;
}

/** Runs a text, if it was not run last, and measures the requested position. */
export async function ranPosition(
  { model, positions: known }: LoadedModel,
  { inspected }: CutText,
  question: Pushed & { readonly position: number },
  control: Control,
): Promise<RanPosition> {
  const { position } = question;
  checkPosition(position, inspected.length);
  checkPushed(model, question);
  const { positions } = await measureText(model, known, inspected, defaults.top, [], control);
  const here = positions[position] as Position;
  // A known text is not run again.
  const store = await model.trunk.run(inspected, { signal: control.signal });
  return { positions, here, store, output: question.output ?? (here.likeliest[0]?.id as number) };
}
