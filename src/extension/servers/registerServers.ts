import * as vscode from 'vscode';
import { tellOfSetting } from '../modelsView/dialogs';
import type { Models } from '../modelsView/models';
import type { ModelsFeature } from '../modelsView/registerModels';
import type { ChosenServer } from '../modelsView/remembered';
import { modelFileSetting } from '../settings';
import { askMatrices, askServer, none, type KnownModel, changedKey } from './askServer';
import type { ServerKeys } from './keys';
import { back } from './steps';
import { tellOfTrust } from './trust';

export interface ServersOwner {
  readonly keys: Pick<ServerKeys, 'keep'>;
  /** Ends the engine and its connection. */
  unload(): Promise<void>;
}

/** The view *Models*, as far as its servers need it. */
export interface ServersView extends Pick<ModelsFeature, 'remembered' | 'redraw' | 'ofRow'> {
  readonly choice: Pick<ModelsFeature['choice'], 'connect' | 'use' | 'tell'>;
  readonly models: Pick<Models, 'rows' | 'inUse'>;
}

/** The commands on servers. Nothing is kept before the last step was answered. */
export function registerServers(
  { choice, models, remembered, redraw, ofRow }: ServersView,
  { keys, unload }: ServersOwner,
): vscode.Disposable {
  const told = async (act: () => Promise<void>): Promise<void> => {
    if (!vscode.workspace.isTrusted) return tellOfTrust();
    await act().catch((error: unknown) => choice.tell(error));
  };

  const connect = () =>
    told(async () => {
      if (modelFileSetting() !== '') return tellOfSetting();
      const asked = await askServer(() => knownModels(models));
      if (!asked) return;
      await keys.keep(asked.server.address, asked.key);
      // A server that is asked for again may have another key.
      if (models.inUse === asked.server.address) await unload();
      await choice.connect(asked.server);
    });

  const changeKey = ({ address }: ChosenServer) =>
    told(async () => {
      if (!(await changedKey(address, keys)) || models.inUse !== address) return;
      // The engine keeps the former key as long as it has the model.
      await unload();
      await choice.use(address, 'all');
    });

  const chooseMatrices = (server: ChosenServer) =>
    told(async () => {
      const matrices = await askMatrices({ title: vscode.l10n.t('Choose the Matrices') }, knownModels(models));
      if (matrices === undefined || matrices === back) return;
      const { matrices: _, ...others } = server;
      const changed = { ...others, ...(matrices !== none && { matrices }) };
      if (models.inUse === server.address) return choice.connect(changed);
      await remembered.remember({ path: server.address, server: changed });
      redraw();
    });

  /** A command on the server that a row shows. */
  const ofServer = (act: (server: ChosenServer) => unknown) =>
    ofRow((path) => {
      const server = remembered.of(path)?.server;
      return server && act(server);
    });
  const { registerCommand } = vscode.commands;
  return vscode.Disposable.from(
    registerCommand('vectorscope.connectToServer', connect),
    registerCommand('vectorscope.changeServerKey', ofServer(changeKey)),
    registerCommand('vectorscope.chooseServerMatrices', ofServer(chooseMatrices)),
  );
}

/** The models of the list whose files can be read. */
const knownModels = ({ rows }: Pick<Models, 'rows'>): readonly KnownModel[] =>
  rows.filter(({ isServer, icon }) => !isServer && icon !== 'warning');
