import * as v from 'valibot';
import type { SecretStorage } from 'vscode';
import { KeptList, type Store } from '../store';

/**
 * The servers that the user chose in a window of this workspace, or agreed to send text to. A new window starts with
 * the model that another one chose last, which may be on a server. `store` belongs to the workspace.
 */
export const agreedServers = (store: Store): KeptList<string> => new KeptList(store, 'agreed servers', v.string(), 20);

/**
 * The keys of servers, or the tokens of Hubs, in the editor's secret storage and nowhere else. Each is kept under the
 * address that it is sent to.
 */
export class ServerKeys {
  constructor(
    private readonly secrets: Pick<SecretStorage, 'get' | 'store' | 'delete'>,
    private readonly kind: 'server' | 'hub' = 'server',
  ) {}

  /** undefined if the server has none. */
  of(address: string): PromiseLike<string | undefined> {
    return this.secrets.get(this.#nameOf(address));
  }

  /** Keeps a key; an empty one removes the former. */
  async keep(address: string, key: string): Promise<void> {
    if (key === '') await this.secrets.delete(this.#nameOf(address));
    else await this.secrets.store(this.#nameOf(address), key);
  }

  async forget(address: string): Promise<void> {
    await this.secrets.delete(this.#nameOf(address));
  }

  #nameOf(address: string): string {
    return `${this.kind} ${address}`;
  }
}
