import type { SecretStorage } from 'vscode';

/** The keys of servers, in the editor's secret storage and nowhere else. Each is kept under the server's address. */
export class ServerKeys {
  constructor(private readonly secrets: Pick<SecretStorage, 'get' | 'store' | 'delete'>) {}

  /** undefined if the server has none. */
  of(address: string): PromiseLike<string | undefined> {
    return this.secrets.get(nameOf(address));
  }

  /** Keeps a key; an empty one removes the former. */
  async keep(address: string, key: string): Promise<void> {
    if (key === '') await this.secrets.delete(nameOf(address));
    else await this.secrets.store(nameOf(address), key);
  }

  async forget(address: string): Promise<void> {
    await this.secrets.delete(nameOf(address));
  }
}

const nameOf = (address: string): string => `server ${address}`;
