import * as v from 'valibot';
import { KeptList, type Store } from '../store';

export type Speed = 'faster' | 'slower';

/** A model as it is run: the same layers on other threads take another time. */
export interface RunModel {
  /** Its hash if that is known, else its path. */
  readonly model: string;
  readonly threads: number;
}

const measured = v.object({
  version: v.string(),
  model: v.string(),
  threads: v.number(),
  adapter: v.nullable(v.string()),
  speed: v.picklist(['faster', 'slower']),
});
type Measured = v.InferOutput<typeof measured>;

const mostMeasured = 20;

/**
 * Whether the GPU was the faster one for a model on this machine. An editor keeps one store for all machines that it
 * works on, so the key names the machine; another version of the extension may run at another speed, so it measures
 * anew.
 */
export class RememberedSpeeds {
  readonly #kept: KeptList<Measured>;

  constructor(
    store: Store,
    machine: string,
    private readonly version: string,
  ) {
    this.#kept = new KeptList(store, `backend@${machine}`, measured, mostMeasured, idOf);
  }

  /** null if it was not measured. */
  of(model: RunModel): Pick<Measured, 'adapter' | 'speed'> | null {
    const known = this.#kept.of(idOf(model));
    return known?.version === this.version ? known : null;
  }

  remember({ model, threads }: RunModel, adapter: string | null, speed: Speed): Promise<void> {
    return this.#kept.add({ version: this.version, model, threads, adapter, speed });
  }

  forget(model: RunModel): Promise<void> {
    return this.#kept.remove(idOf(model));
  }
}

const idOf = ({ model, threads }: RunModel): string => JSON.stringify([model, threads]);
