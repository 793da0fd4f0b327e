import * as vscode from 'vscode';
import { EngineError } from '../../shared/errors';
import { serverPlace } from '../../shared/modelName';
import { translated } from '../../shared/said';
import { isOpenToAll, serverAddress } from '../../shared/serverAddress';
import { pathFromDialog } from '../modelsView/dialogs';
import type { ChosenServer } from '../modelsView/remembered';
import { withoutIcons } from '../plainText';
import type { ServerKeys } from './keys';
import { askChoice, askText, back, type StepAnswer, type StepChoice, type Step } from './steps';

interface NewKeyOwner {
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

/** A model whose matrices can serve. */
export interface KnownModel {
  readonly path: string;
  readonly label: string;
  readonly description: string;
}

/** A server as the user has described it, with its key apart; empty if it needs none. */
export interface AskedServer {
  readonly server: ChosenServer;
  readonly key: string;
}

const steps = 3;

/** Asks for the address, the key and the matrices of a server. null if the user gave up. */
export async function askServer(known: () => readonly KnownModel[]): Promise<AskedServer | null> {
  const title = vscode.l10n.t('Connect to a Server…');
  let typed = '';
  for (;;) {
    const asked = await askAddress({ title, step: 1, of: steps }, typed);
    if (asked === null) return null;
    typed = asked.address;
    for (let typedKey = ''; ;) {
      const key = await askKey({ title, step: 2, of: steps }, typedKey);
      if (key === undefined) return null;
      if (key === back) break;
      typedKey = key;
      const matrices = await askMatrices({ title, step: 3, of: steps }, known());
      if (matrices === undefined) return null;
      if (matrices === back) continue;
      return { server: { ...asked, ...(matrices !== none && { matrices }) }, key };
    }
  }
}

/** Asks for an address, and once more if plain http at a public one is not agreed to. null if the user gave up. */
async function askAddress(step: Step, value: string): Promise<Pick<ChosenServer, 'address' | 'allowsHttp'> | null> {
  for (let typed = value; ;) {
    const answer = await askText({
      ...step,
      value: typed,
      prompt: vscode.l10n.t('The address of llama-server, vLLM, or another OpenAI-compatible server'),
      placeholder: 'http://localhost:8080',
      check: whatIsWrong,
    });
    if (answer === undefined || answer === back) return null;
    const address = serverAddress(answer);
    if (!isOpenToAll(address)) return { address };
    if (await agreesToHttp(address)) return { address, allowsHttp: true };
    typed = answer;
  }
}

function whatIsWrong(typed: string): string | null {
  try {
    serverAddress(typed);
    return null;
  } catch (error) {
    return error instanceof EngineError ? translated(error.said, vscode.l10n) : String(error);
  }
}

async function agreesToHttp(address: string): Promise<boolean> {
  const connect = vscode.l10n.t('Connect Anyway');
  const detail = vscode.l10n.t(
    'This applies to the texts that you inspect and to the key. Use https if the server supports it.',
  );
  const question = vscode.l10n.t(
    '{0} is a public address, and others can read what http sends there.',
    serverPlace(address),
  );
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, connect)) === connect;
}

/** Asks for a key. Empty means none. */
export const askKey = (step: Step, value = ''): Promise<StepAnswer<string>> =>
  askText({
    ...step,
    value,
    isSecret: true,
    prompt: vscode.l10n.t('The key of the server. It is kept in the secret storage of the editor.'),
    placeholder: vscode.l10n.t('Leave this empty if the server needs no key'),
    check: (key) =>
      /^[\x21-\x7e]*$/.test(key) ? null : vscode.l10n.t('Give only plain letters, numbers and signs, and no spaces.'),
  });

/** The server alone, without matrices. */
export const none = Symbol('none');

/** Asks for the file or the folder that has the model's matrices. Throws if the host cannot read the chosen place. */
export async function askMatrices(step: Step, known: readonly KnownModel[]): Promise<StepAnswer<string | typeof none>> {
  for (;;) {
    const answer = await askChoice<string | typeof none | { readonly dialog: 'file' | 'folder' }>(
      { ...step, placeholder: vscode.l10n.t('Which file has the matrices of the same model?') },
      choices(known),
    );
    if (typeof answer !== 'object') return answer;
    const path = await pathFromDialog(answer.dialog);
    if (path !== undefined) return path;
  }
}

const choices = (
  known: readonly KnownModel[],
): readonly StepChoice<string | typeof none | { readonly dialog: 'file' | 'folder' }>[] => [
  { label: `$(file-add) ${vscode.l10n.t('Open File…')}`, chosen: { dialog: 'file' } },
  { label: `$(folder-opened) ${vscode.l10n.t('Open Folder…')}`, chosen: { dialog: 'folder' } },
  {
    label: `$(circle-slash) ${vscode.l10n.t('None')}`,
    description: vscode.l10n.t('tokens and likeliest tokens only, without sizes and directions'),
    chosen: none,
  },
  ...(known.length === 0 ? [] : [{ label: vscode.l10n.t('Known models'), kind: vscode.QuickPickItemKind.Separator }]),
  ...known.map(({ path, label, description }) => ({
    label: withoutIcons(label),
    description,
    detail: path,
    chosen: path,
  })),
];
