import * as vscode from 'vscode';
import { EngineError } from '../../shared/errors';
import { extensionId } from '../../shared/extensionId';
import { fileSize } from '../../shared/format';
import type { GivenModel } from '../../shared/webWorker';
import { isAddress } from '../modelPath';
import { indexName, isIndex, isOfFolder, longestIndex, namedIn, neededOf, needsIndex } from './folderFiles';

/** The scheme of a remote machine's disk. */
const machine = 'vscode-remote';

/**
 * The URI of a model's file or folder. A plain path belongs to the file system of the first open folder, or of the
 * extension if no folder is open.
 */
export const uriOf = (place: string): vscode.Uri =>
  isAddress(place) ? vscode.Uri.parse(place, true) : around().with({ path: place, query: '', fragment: '' });

/** The name we keep for it: a path on a remote machine, elsewhere the full address, which is valid in every window. */
export function fileOf(uri: vscode.Uri): string {
  if (uri.scheme === machine && uri.toString() === uriOf(uri.path).toString()) return uri.path;
  // Keep the decoded form only if it parses back to the same URI.
  const readable = uri.toString(true);
  return vscode.Uri.parse(readable).toString() === uri.toString() ? readable : uri.toString();
}

/** The same for a chosen model; a file of weights stands for its folder. */
export const placeOfUri = (chosen: vscode.Uri): string =>
  fileOf(/\.safetensors(\.index\.json)?$/.test(chosen.path) ? vscode.Uri.joinPath(chosen, '..') : chosen);

export const extensionUri = (): vscode.Uri | undefined => vscode.extensions.getExtension(extensionId)?.extensionUri;

/** The server that the extension's files come from, in a person's words. */
export const serverOf = (extension: vscode.Uri | undefined): string =>
  extension === undefined || extension.authority === ''
    ? vscode.l10n.t('the server of this editor')
    : extension.authority;

const around = (): vscode.Uri =>
  vscode.workspace.workspaceFolders?.[0]?.uri ?? extensionUri() ?? vscode.Uri.from({ scheme: 'file', path: '/' });

/**
 * The most bytes of all files of a model. On the way to the engine, the page, the host and the messages between them
 * hold several copies of a file: with one of 500 MB the page's process took 2.9 GB for a moment, and the editor's
 * socket transferred about 7 MB a second.
 */
export const most = 500e6;

interface Found {
  readonly place: vscode.Uri;
  readonly isFolder: boolean;
  readonly files: readonly { readonly uri: vscode.Uri; readonly bytes: number }[];
}

/**
 * Looks for a model's files without reading them. Rejects with an `EngineError` if they are missing, cannot be read or
 * are too large for memory.
 */
export async function findModel(place: string): Promise<Found> {
  const found = await told(place, () => filesOf(uriOf(place)));
  const bytes = sum(found);
  if (bytes > most) {
    throw new EngineError(
      'model-unsupported',
      vscode.l10n.t(
        'This model takes {0}. A browser holds all of it in memory, so {1} is the limit. Choose a smaller model, or open this one in VS Code on the desktop.',
        fileSize(bytes),
        fileSize(most),
      ),
    );
  }
  return found;
}

/** The bytes of a model's file, or of the weights in its folder. Rejects as `findModel` does. */
export async function fileBytes(place: string): Promise<number> {
  const { isFolder, ...found } = await findModel(place);
  return sum(isFolder ? { files: found.files.filter(({ uri }) => uri.path.endsWith('.safetensors')) } : found);
}

/**
 * Reads all files of a model, one after the other. Rejects as `findModel` does, and with `EngineError('cancelled')` if
 * the model is no longer wanted before the next file.
 */
export async function readModel(place: string, isWanted: () => boolean = () => true): Promise<GivenModel> {
  const { place: uri, isFolder, files } = await findModel(place);
  const read: { path: string; bytes: Uint8Array }[] = [];
  for (const file of files) {
    if (!isWanted()) throw new EngineError('cancelled', 'The wait for the model was cancelled.');
    read.push({ path: file.uri.path, bytes: await told(place, () => vscode.workspace.fs.readFile(file.uri)) });
  }
  return { path: uri.path, isFolder, files: read };
}

async function filesOf(uri: vscode.Uri): Promise<Found> {
  const { fs } = vscode.workspace;
  const { type, size } = await fs.stat(uri);
  const isFolder = (type & vscode.FileType.Directory) !== 0;
  if (!isFolder && !isOfFolder(nameOf(uri))) return { place: uri, isFolder, files: [{ uri, bytes: size }] };
  const place = isFolder ? uri : vscode.Uri.joinPath(uri, '..');
  const names = (await fs.readDirectory(place)).flatMap(([name, kind]) =>
    (kind & vscode.FileType.File) === 0 ? [] : [name],
  );
  const index = needsIndex(names) ? await readIndex(vscode.Uri.joinPath(place, indexName)) : null;
  // A file of weights may belong to no model: an adapter, or one matrix. So may an index.
  const own = isFolder ? [] : [nameOf(uri)];
  const ofIndex = isFolder || !isIndex(nameOf(uri)) ? [] : namedIn(await readIndex(uri));
  const needed = new Set([...neededOf(names, index), ...own, ...names.filter((name) => ofIndex.includes(name))]);
  const inside = Array.from(needed, async (name) => {
    const file = vscode.Uri.joinPath(place, name);
    return { uri: file, bytes: (await fs.stat(file)).size };
  });
  return { place, isFolder: true, files: await Promise.all(inside) };
}

/** The index is read whole before the other files are known, so its length is checked first. */
async function readIndex(uri: vscode.Uri): Promise<string> {
  const { fs } = vscode.workspace;
  const { size } = await fs.stat(uri);
  if (size > longestIndex) {
    throw new EngineError(
      'model-damaged',
      vscode.l10n.t(
        'The model’s {0} has {1}; at most {2} were expected. Copy the folder again or choose another model.',
        nameOf(uri),
        fileSize(size),
        fileSize(longestIndex),
      ),
    );
  }
  return new TextDecoder().decode(await fs.readFile(uri));
}

const nameOf = ({ path }: vscode.Uri): string => path.slice(path.lastIndexOf('/') + 1);
const sum = ({ files }: Pick<Found, 'files'>): number => files.reduce((all, { bytes }) => all + bytes, 0);

/** Turns an error of the editor's file system into a sentence for the user. */
async function told<T>(place: string, work: () => Thenable<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const code = error instanceof vscode.FileSystemError ? error.code : 'unknown error';
    if (code === 'FileNotFound')
      throw new EngineError('model-missing', vscode.l10n.t('There is no model file at {0}. Choose another.', place));
    throw new EngineError(
      'model-missing',
      vscode.l10n.t(
        'The model file {0} cannot be opened ({1}). Check that you may read it, or choose another.',
        place,
        code,
      ),
    );
  }
}
