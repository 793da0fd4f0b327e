import * as v from 'valibot';
import type { Store } from '../store';

export type Speed = 'faster' | 'slower';

/** A model as it is run: the same layers on other threads take another time. */
export interface RunModel {
  /** Its hash if that is known, else its path. */
  readonly model: string;
  readonly threads: number;
}

const measured = v.object({
  model: v.string(),
  threads: v.number(),
  adapter: v.nullable(v.string()),
  speed: v.picklist(['faster', 'slower']),
});
type Measured = v.InferOutput<typeof measured>;

const stored = v.object({ version: v.string(), measured: v.array(measured) });

const mostMeasured = 20;

/**
 * Whether the GPU was the faster one for a model on this machine. An editor keeps one store for all machines that it
 * works on, so the key names the machine; another version of the extension may run at another speed, so it measures
 * anew.
 */
export class RememberedSpeeds {
  readonly #key: string;

  constructor(
    private readonly store: Store,
    machine: string,
    private readonly version: string,
  ) {
    this.#key = `backend@${machine}`;
  }

  /** null if it was not measured. */
  of(model: RunModel): Pick<Measured, 'adapter' | 'speed'> | null {
    return this.#read().find((entry) => isOf(entry, model)) ?? null;
  }

  async remember({ model, threads }: RunModel, adapter: string | null, speed: Speed): Promise<void> {
    await this.#write([{ model, threads, adapter, speed }, ...this.#others({ model, threads })].slice(0, mostMeasured));
  }

  async forget(model: RunModel): Promise<void> {
    await this.#write(this.#others(model));
  }

  #others(model: RunModel): readonly Measured[] {
    return this.#read().filter((entry) => !isOf(entry, model));
  }

  async #write(entries: readonly Measured[]): Promise<void> {
    await this.store.update(this.#key, { version: this.version, measured: entries });
  }

  #read(): readonly Measured[] {
    const read = v.safeParse(stored, this.store.get(this.#key));
    return read.success && read.output.version === this.version ? read.output.measured : [];
  }
}

const isOf = (entry: RunModel, { model, threads }: RunModel): boolean =>
  entry.model === model && entry.threads === threads;
