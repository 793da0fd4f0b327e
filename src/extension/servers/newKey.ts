import * as vscode from 'vscode';
import { askKey } from './askServer';
import type { ServerKeys } from './keys';
import { back } from './steps';

export interface NewKeyOwner {
  readonly keys: Pick<ServerKeys, 'keep'>;
  /** Ends the engine, which keeps the former key as long as it has the model. */
  unload(): Promise<void>;
  /** Tries again what the server refused. */
  again(address: string): void;
}

/** Asks for another key of a server that refused one, and tries again with it. Does nothing if the user gives up. */
export async function withNewKey(address: string, { keys, unload, again }: NewKeyOwner): Promise<void> {
  if (!(await changedKey(address, keys))) return;
  await unload();
  again(address);
}

/** Asks for another key and keeps it. false if the user gives up. */
export async function changedKey(address: string, keys: Pick<ServerKeys, 'keep'>): Promise<boolean> {
  const key = await askKey({ title: vscode.l10n.t('Change the Key…') });
  if (key === undefined || key === back) return false;
  await keys.keep(address, key);
  return true;
}
