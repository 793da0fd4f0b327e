import type { Experiment, LabRequest } from '../../shared/lab';

/** The parts of a `LabRequest` that tell runs apart. */
type Wanted = Pick<LabRequest, 'name' | 'goOn'> & { readonly options: object };

/**
 * The states of unfinished runs on one model, at most one for each experiment. A stopped run goes on from its state; a
 * run with other options replaces it. The states belong to the loaded model and are freed with it.
 */
export class UnfinishedRuns {
  readonly #runs = new Map<Experiment, { readonly options: string; readonly state: object }>();

  /** The state of the stopped run with the same options if the request goes on with it; otherwise a new one. */
  stateOf<S extends object>({ name, options, goOn }: Wanted, create: () => S): S {
    const key = JSON.stringify(options);
    const kept = this.#runs.get(name);
    // An experiment always keeps the same type of state, so the name of the experiment stands for that type.
    if (goOn && kept?.options === key) return kept.state as S;
    const state = create();
    this.#runs.set(name, { options: key, state });
    return state;
  }

  finished(name: Experiment): void {
    this.#runs.delete(name);
  }
}
