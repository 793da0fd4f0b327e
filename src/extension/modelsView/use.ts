import { EngineError } from '../../shared/errors';
import type { Descriptions } from './descriptions';
import type { ChosenFile, RememberedModels } from './remembered';
import type { Entry } from './rows';

export interface Using {
  readonly descriptions: Descriptions;
  readonly remembered: RememberedModels;
  /** Loads the model that is chosen by now; rejects where it cannot be had. */
  load(): Promise<void>;
  /** What the list shows may have changed. */
  redraw(): void;
}

/** Chooses a model and loads it. What cannot be loaded does not take the place of what can: rejects with an `EngineError`, and the choice before stays. */
export async function use(entry: Entry, { descriptions, remembered, load, redraw }: Using): Promise<void> {
  await descriptions.ask(entry.path, true);
  redraw();
  const known = descriptions.of(entry.path);
  if (known?.kind === 'failed') throw new EngineError(known.code, known.message);
  if (known && known.summary.refusal !== null) throw new EngineError('model-unsupported', known.summary.refusal);
  const before = remembered.chosen;
  const chosen = choiceOf(entry);
  await remembered.choose(chosen);
  redraw();
  try {
    await load();
  } catch (error) {
    // A later choice ends the load of this one, and stays.
    if (remembered.chosen?.path === chosen?.path) await remembered.choose(before);
    throw error;
  } finally {
    redraw();
  }
}

function choiceOf({ kind, path, name, named }: Entry): ChosenFile | null {
  if (kind === 'default') return null;
  return named ? { path, name } : { path };
}
