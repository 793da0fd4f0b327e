import { isAbsolute } from 'node:path';
import * as v from 'valibot';
import { isAddress } from '../modelPath';
import type { Store } from '../store';

const most = 5;
const stored = v.array(
  v.pipe(
    v.string(),
    v.check((path) => isAbsolute(path) || isAddress(path)),
  ),
);

/** The models that others were compared with on this machine, the last first. */
export class RecentlyCompared {
  readonly #key: string;

  constructor(
    private readonly store: Store,
    machine: string,
  ) {
    this.#key = `compared@${machine}`;
  }

  get paths(): readonly string[] {
    const read = v.safeParse(stored, this.store.get(this.#key));
    return read.success ? read.output.slice(0, most) : [];
  }

  async add(path: string): Promise<void> {
    await this.store.update(this.#key, [path, ...this.paths.filter((other) => other !== path)].slice(0, most));
  }
}
