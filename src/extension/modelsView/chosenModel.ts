import { host } from '#host';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { defaultModel } from '../../shared/defaultModel';
import { defaults } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import type { LoadRequest } from '../../shared/model';
import { modelNameOf, serverPlace } from '../../shared/modelName';
import type { UpcomingModel } from '../../shared/panel';
import type { ServerRequest } from '../../shared/server';
import { defaultPath } from '../modelPath';
import { modelFileSetting, sameBitsSetting, serverPatience, threadsSetting } from '../settings';
import { nameOfServed, type ChosenFile, type RememberedModels } from './remembered';

/** The setting's file comes first, then the one that was chosen in the view, then the model that ships inside. */
export function modelRequest(extensionPath: string, remembered: Pick<RememberedModels, 'chosen' | 'of'>): LoadRequest {
  const file = modelFileSetting();
  const chosen = file === '' ? remembered.chosen : bySetting(file, remembered.of(file));
  return {
    ...(chosen ? requestOf(chosen) : { path: defaultPath(extensionPath), sha256: defaultModel.sha256 }),
    ...instructions(),
  };
}

/** How the settings ask for a model to be computed. The defaults are left out. */
export function instructions(): Pick<LoadRequest, 'threads' | 'sameBits'> {
  const threads = threadsSetting();
  return { ...(threads !== 0 && { threads }), ...(sameBitsSetting() && { sameBits: true }) };
}

/** What was remembered of the setting's file. The setting names files alone: a server is never chosen by a setting. */
const bySetting = (path: string, known: ChosenFile | null): ChosenFile => (known && !known.server ? known : { path });

const requestOf = ({ path, name, geometryOnly, server }: ChosenFile): LoadRequest => ({
  path,
  ...(name !== undefined && { name }),
  ...(geometryOnly === true && { geometryOnly }),
  ...(server && { server: patient(server) }),
});

/** The default is left out, so that a load is the same with it and without. */
function patient(server: ServerRequest): ServerRequest {
  const patience = serverPatience();
  return patience === defaults.serverPatience ? server : { ...server, patience };
}

/**
 * A model's name and size, before it is read. If the host does not notice that a file is missing, the engine reports
 * it.
 */
export async function describeModel({
  path,
  name,
  server,
}: Pick<LoadRequest, 'path' | 'name' | 'server'>): Promise<UpcomingModel> {
  // Nothing is known of it before it is connected to, and describing it must not do that.
  if (server) {
    const served = { name: nameOfServed(server), bytes: null, server: serverPlace(server.address) };
    const { matrices } = server;
    const needed = matrices === undefined ? null : await host.downloadOf(matrices);
    return needed && matrices !== undefined
      ? { ...served, download: { name: nameOfModel(matrices), ...needed } }
      : served;
  }
  if (!host.isPlace(path))
    throw new EngineError(
      'bad-request',
      vscode.l10n.t(
        'The setting vectorscope.modelFile is not an absolute path. Give the whole path of a GGUF file or of a model’s folder, or leave it empty.',
      ),
    );
  const upcoming = { name: name ?? nameOfModel(path), bytes: await host.bytesOf(path) };
  const download = await host.downloadOf(path);
  return { ...upcoming, ...(download && { download: { name: upcoming.name, ...download } }) };
}

/** The name of a model's file or folder. */
export const nameOfModel = (path: string): string => modelNameOf(basename(path));
