import * as v from 'valibot';
import type { Store } from '../store';

const key = 'agreed servers';
const stored = v.array(v.string());
const most = 20;

/**
 * The servers that the user chose in a window of this workspace, or agreed to send text to. A new window starts with
 * the model that another one chose last, which may be on a server.
 */
export class AgreedServers {
  /** `store` belongs to the workspace. */
  constructor(private readonly store: Store) {}

  has(address: string): boolean {
    return this.#all.includes(address);
  }

  async add(address: string): Promise<void> {
    if (!this.has(address)) await this.store.update(key, [address, ...this.#all].slice(0, most));
  }

  get #all(): readonly string[] {
    const read = v.safeParse(stored, this.store.get(key));
    return read.success ? read.output : [];
  }
}
