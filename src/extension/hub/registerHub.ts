import { host } from '#host';
import * as vscode from 'vscode';
import { EngineError, isCancelled } from '../../shared/errors';
import { serverPlace } from '../../shared/modelName';
import { say } from '../export/saving';
import { failureSentence } from '../failures';
import { tellOfSetting, tellToOpen } from '../modelsView/dialogs';
import type { ModelsFeature } from '../modelsView/registerModels';
import { setContextKey } from '../registerContextKeys';
import { tellOfTrust } from '../servers/trust';
import { modelFileSetting, section } from '../settings';
import type { KeptList } from '../store';
import { askHub, askToken, type AskedModel } from './askHub';
import { fetchModel, removeLeftovers } from './fetch';
import { folderOf, downloadName, type Hub } from './hub';
import { labelOf, waysOf, type Way } from './rows';

export interface HubFeature {
  readonly hub: Hub;
  readonly recent: KeptList<string>;
  /** Where what was fetched lies. */
  readonly folder: string;
  /** Logs a failure and tells the user, with these ways out. */
  tell(error: unknown, sentence: string, ways: ReadonlyMap<string, () => unknown>): void;
}

/** The view *Models*, as far as the Hub needs it. */
export interface HubView extends Pick<ModelsFeature, 'redraw' | 'ofRow'> {
  readonly choice: Pick<ModelsFeature['choice'], 'fetched'>;
  readonly remembered: Pick<ModelsFeature['remembered'], 'of' | 'files' | 'forget'>;
}

/** The commands on models of the Hub. */
export function registerHub(
  { choice, remembered, redraw, ofRow }: HubView,
  { hub, recent, folder, tell }: HubFeature,
): vscode.Disposable {
  // A browser has no disk for what is fetched, so nothing of this is offered there.
  if (!canKeepFiles()) setContextKey('vectorscope.noHub', true);
  else
    removeLeftovers(
      folder,
      remembered.files.map(({ path }) => path),
    ).catch(() => undefined);
  /** The command that changes the token is offered while one is kept. */
  const tellToken = async (): Promise<void> => {
    if (canKeepFiles()) setContextKey('vectorscope.hubToken', await hub.hasToken());
  };
  void tellToken();
  const openSetting = () => vscode.commands.executeCommand('workbench.action.openSettings', `${section}.hubAddress`);

  const tellOf = (error: unknown, again: () => unknown): void => {
    if (isCancelled(error)) return;
    const acts: Readonly<Record<Way, () => unknown>> = {
      again,
      settings: openSetting,
      token: async () => {
        const { address } = hub;
        const token = await askToken(address);
        if (token === undefined) return;
        hub.offer(address, token);
        await again();
      },
    };
    tell(error, failureSentence(error), new Map(waysOf(error).map((way) => [labelOf(way), acts[way]])));
  };

  const fetch = async (asked: AskedModel): Promise<void> => {
    try {
      const { path, repository } = await fetchModel(hub, asked);
      await choice.fetched(
        {
          path,
          name: downloadName(asked.listing, asked.file),
          hub: { repository, bytes: asked.file.bytes },
        },
        asked.what === 'geometry' ? 'geometry' : 'all',
      );
    } catch (error) {
      tellOf(error, () => fetch(asked));
    } finally {
      await tellToken();
    }
  };

  const open = async (): Promise<void> => {
    if (!vscode.workspace.isTrusted) return tellOfTrust(notTrusted());
    if (!canKeepFiles())
      return tellToOpen(vscode.l10n.t('In a browser there is no disk. Open a file or a folder instead.'));
    if (modelFileSetting() !== '') return tellOfSetting();
    const asked = await askHub({ hub, recent, openSetting });
    await (asked ? fetch(asked) : tellToken());
  };

  const changeToken = async (): Promise<void> => {
    const { address } = hub;
    const title = vscode.l10n.t('Change or Forget the Hub’s Token');
    const token = await askToken(address, { title, mayBeEmpty: true });
    if (token === undefined) return;
    await hub.change(address, token);
    await tellToken();
    say(
      token === ''
        ? vscode.l10n.t('The token for {0} is forgotten.', serverPlace(address))
        : vscode.l10n.t('The token for {0} is changed.', serverPlace(address)),
    );
  };

  /** Removes a model from the list, and its files from the disk. */
  const forget = async (path: string): Promise<void> => {
    const held = folderOf(folder, path);
    if (held === null || !(await agreesToDelete(remembered.of(path)?.name ?? path))) return;
    try {
      await vscode.workspace.fs.delete(vscode.Uri.file(held), { recursive: true });
    } catch (error) {
      // Somebody may have deleted them by hand.
      if (!(error instanceof vscode.FileSystemError && error.code === 'FileNotFound')) {
        const sentence = vscode.l10n.t(
          'The files at {0} could not be deleted. Close the programs that use them.',
          held,
        );
        return tellOf(new EngineError('not-written', sentence, error), () => forget(path));
      }
    }
    await remembered.forget(path);
    redraw();
  };
  const { registerCommand } = vscode.commands;
  return vscode.Disposable.from(
    registerCommand('vectorscope.openFromHub', open),
    registerCommand('vectorscope.changeHubToken', changeToken),
    registerCommand('vectorscope.forgetHubModel', ofRow(forget)),
  );
}

/** Whether what is fetched has a disk to go to. */
export const canKeepFiles = (): boolean => host.kind === 'node';

const notTrusted = (): string =>
  vscode.l10n.t(
    'This workspace is not trusted, so Vectorscope uses no network. Trust the workspace, or choose a model that runs here.',
  );

async function agreesToDelete(name: string): Promise<boolean> {
  const remove = vscode.l10n.t('Delete');
  const detail = vscode.l10n.t('Its files are deleted from this machine. They can be fetched again from the Hub.');
  const question = vscode.l10n.t('Remove {0} from the list, and delete its downloaded files?', name);
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, remove)) === remove;
}
