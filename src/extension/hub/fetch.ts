import * as vscode from 'vscode';
import type { Progress } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import { fixed } from '../../shared/format';
import type { HubDownload, HubGeometry } from '../../shared/hub';
import { translated } from '../../shared/said';
import { withProgress } from '../export/saving';
import { withoutIcons } from '../plainText';
import { askToken, type AskedModel } from './askHub';
import { downloadName, folderOf, needsToken, type Hub } from './hub';

/** How long an interrupted read can be continued. */
const daysKept = 7;
const day = 24 * 60 * 60 * 1000;

/**
 * Deletes the folders of reads that were interrupted and not continued for `daysKept` days: the list has no row from
 * which the user could delete them. `kept` are the paths of the models in the list. A folder that cannot be read or
 * deleted stays until the next start.
 */
export async function removeLeftovers(folder: string, kept: readonly string[], now = Date.now()): Promise<void> {
  const inUse = new Set(kept.map((path) => folderOf(folder, path)));
  const held = (await entriesOf(vscode.Uri.file(folder))).filter(({ uri }) => !inUse.has(uri.fsPath));
  await Promise.allSettled(
    held.map(async ({ uri }) => {
      if (await isLeftover(uri, now - daysKept * day)) await vscode.workspace.fs.delete(uri, { recursive: true });
    }),
  );
}

/** Whether a folder holds an interrupted read that nothing was added to since `last`. */
async function isLeftover(folder: vscode.Uri, last: number): Promise<boolean> {
  const files = await filesBelow(folder);
  if (!files.some(({ path }) => path.endsWith('.part'))) return false;
  const times = await Promise.all(files.map(async (file) => (await vscode.workspace.fs.stat(file)).mtime));
  return Math.max(...times) < last;
}

async function filesBelow(folder: vscode.Uri): Promise<readonly vscode.Uri[]> {
  const entries = await entriesOf(folder);
  const files = await Promise.all(entries.map(({ uri, isFolder }) => (isFolder ? filesBelow(uri) : [uri])));
  return files.flat();
}

async function entriesOf(folder: vscode.Uri) {
  const entries = await vscode.workspace.fs.readDirectory(folder);
  return entries.map(([name, type]) => ({
    uri: vscode.Uri.joinPath(folder, name),
    isFolder: type === vscode.FileType.Directory,
  }));
}

/**
 * Fetches a model. Asks for a token before if the repository is gated and there is none, and once more if the Hub
 * refuses it. Rejects with `cancelled` if the user gave up.
 */
export async function fetchModel(hub: Hub, asked: AskedModel): Promise<HubGeometry | HubDownload> {
  const { gated, repository } = asked.listing;
  if (gated && !(await hub.hasToken()))
    await offerToken(
      hub,
      vscode.l10n.t('{0} is gated. Give an access token of an account that its owner has approved.', repository),
    );
  try {
    return await withNotification(hub, asked);
  } catch (error) {
    if (!needsToken(error)) throw error;
    await offerToken(hub, translated(error.said, vscode.l10n));
    return withNotification(hub, asked);
  }
}

async function offerToken(hub: Hub, why: string): Promise<void> {
  const { address } = hub;
  const token = await askToken(address, { why });
  if (token === undefined) throw new EngineError('cancelled', 'The user gave no token.');
  hub.offer(address, token);
}

function withNotification(hub: Hub, { listing, file, what }: AskedModel): Promise<HubGeometry | HubDownload> {
  const name = withoutIcons(downloadName(listing, file));
  const title =
    what === 'geometry' ? vscode.l10n.t('Reading the geometry of {0}', name) : vscode.l10n.t('Downloading {0}', name);
  return withProgress(title, (control) => hub.fetch(what, listing.repository, file, control), fetchWords, 0);
}

/** `24 of 98 MB` */
export function fetchWords({ fetched }: Pick<Progress, 'fetched'>): string {
  if (!fetched) return vscode.l10n.t('reading the header');
  const { bytes, of } = fetched;
  const [unit, size, decimals] = of < 999.5e6 ? (['MB', 1e6, of < 10e6 ? 1 : 0] as const) : (['GB', 1e9, 1] as const);
  return vscode.l10n.t('{0} of {1} {2}', fixed(bytes / size, decimals), fixed(of / size, decimals), unit);
}
