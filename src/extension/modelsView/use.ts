import { EngineError, isCancelled } from '../../shared/errors';
import type { Descriptions } from './descriptions';
import type { ChosenFile, RememberedModels } from './remembered';
import type { Entry } from './models';

export interface Using {
  /** Whether a header can be read without all of its file; otherwise it is the load that says what a model can do. */
  readonly readsHeaders: boolean;
  /**
   * Rejects with an `EngineError` where a file is seen not to be loadable without reading it: it is not there, or too
   * large.
   */
  look(path: string): Promise<unknown>;
  readonly descriptions: Descriptions;
  readonly remembered: RememberedModels;
  /** Whether this is still the newest wish: no other model was chosen and none was unloaded since. */
  isCurrent(): boolean;
  /** Whether a person wants the geometry alone, where `refusal` says why there is no more. */
  agrees(refusal: string): Promise<boolean>;
  /** Whether a model is in memory, or being loaded. */
  isInUse(): boolean;
  /** Loads the model that is chosen by now; rejects where it cannot be had. */
  load(): PromiseLike<void>;
  /** Loads it beside what goes on, and tells itself what that fails of. */
  loadAgain(): void;
  /** What the list shows may have changed. */
  redraw(): void;
}

/** All that a model can do here, or its geometry alone. */
export type LoadMode = 'all' | 'geometry';

/**
 * Chooses a model and loads it. What cannot be loaded does not take the place of what can: rejects with an
 * `EngineError`, and the choice before stays, loaded again where the engine ended for the refused one; so it does where
 * a person does not want what is left of a model that cannot be run. A newer wish takes the place of this one, however
 * long its file took to be described.
 */
export async function use(entry: Entry, mode: LoadMode, using: Using): Promise<void> {
  const { descriptions, readsHeaders, remembered, isCurrent, isInUse, load, loadAgain, redraw } = using;
  const geometryOnly = await decided(entry, mode, using);
  if (geometryOnly === null || !isCurrent()) return;
  const before = remembered.chosen;
  const wasInUse = isInUse();
  const isNew = remembered.of(entry.path) === null;
  const chosen = choiceOf(entry, geometryOnly);
  // What the setting names is chosen there.
  if (entry.kind === 'setting') await remembered.remember({ path: entry.path, geometryOnly });
  else await remembered.choose(chosen);
  redraw();
  try {
    if (!isCurrent()) throw new EngineError('cancelled', 'The model is no longer asked for.');
    await load();
    // What was wrong with it was put right.
    if (descriptions.of(entry.path)?.kind === 'failed') await descriptions.ask(entry.path, true);
  } catch (error) {
    // A later choice ends the load of this one, and stays.
    const goesBack = entry.kind !== 'setting' && isSame(remembered.chosen, chosen);
    if (goesBack) await remembered.choose(before);
    if (!readsHeaders) await learnt(entry.path, error, descriptions);
    // As where it would not have been chosen, had its header been read before.
    if (!readsHeaders && isNew && descriptions.of(entry.path)?.kind === 'failed') await remembered.forget(entry.path);
    if (goesBack && wasInUse && !isSame(before, chosen) && !isInUse() && !leavesIt(error)) loadAgain();
    throw error;
  } finally {
    redraw();
  }
}

/** Whoever cancels wants no load, and the file of a model whose geometry is offered is kept for that. */
const leavesIt = (error: unknown): boolean =>
  isCancelled(error) || (error instanceof EngineError && error.code === 'geometry-only');

/** What a load that failed has told of a file. The file of one that cannot be run is still at hand. */
async function learnt(path: string, error: unknown, descriptions: Descriptions): Promise<void> {
  descriptions.keep(path, error);
  if (error instanceof EngineError && error.code === 'geometry-only') await descriptions.ask(path, true);
}

const isSame = (a: ChosenFile | null, b: ChosenFile | null): boolean =>
  a?.path === b?.path && (a?.geometryOnly ?? false) === (b?.geometryOnly ?? false);

/** Whether the geometry alone is loaded; null where a person was asked and wants none. */
async function decided(
  { path }: Entry,
  mode: LoadMode,
  { readsHeaders, look, descriptions, remembered, agrees, redraw }: Using,
): Promise<boolean | null> {
  if (readsHeaders) await descriptions.ask(path, true);
  else await looked(path, look, descriptions).finally(redraw);
  redraw();
  const known = descriptions.of(path);
  // What was wrong with the file may have been put right.
  if (!readsHeaders && known?.kind !== 'read') return mode === 'geometry' || remembered.of(path)?.geometryOnly === true;
  if (known?.kind === 'failed') throw new EngineError(known.code, known.message);
  if (!known || known.summary.verdict === 'runs') return mode === 'geometry';
  const refusal = known.summary.refusal ?? '';
  if (known.summary.verdict === 'nothing') throw new EngineError('model-unsupported', refusal);
  const isAnswered = mode === 'geometry' || remembered.of(path)?.geometryOnly === true;
  return isAnswered || (await agrees(refusal)) ? true : null;
}

/** The engine of the model before ends only for what may be loaded. */
async function looked(path: string, look: Using['look'], descriptions: Descriptions): Promise<void> {
  try {
    await look(path);
  } catch (error) {
    descriptions.keep(path, error);
    throw error;
  }
}

function choiceOf({ kind, path, name, named }: Entry, geometryOnly: boolean): ChosenFile | null {
  if (kind === 'default' && !geometryOnly) return null;
  return { path, ...(named && { name }), ...(geometryOnly && { geometryOnly }) };
}
