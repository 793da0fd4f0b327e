import { platform } from '#platform';
import { join } from 'node:path';
import type { Control, Signal } from '../../shared/engine';
import { EngineError, said } from '../../shared/errors';
import type { HubDownload, HubFetchRequest } from '../../shared/hub';
import type { FolderStore } from '../platform/folderStore';
import { pause } from '../tasks/pause';
import { openSource, sha256 } from '../weights/source';
import { ChangedOnHub, wrongHash } from './errors';
import type { HubStoredFile } from './files';
import { HubLine } from './line';
import { hubAt } from './place';
import { reporter } from './progress';
import { RangedFile } from './ranges';
import { modelOf, openRepository } from './repository';

/**
 * Fetches a whole model into `folder/owner/name`: its file, all of its parts, or the files of a folder as on Hugging
 * Face. An interrupted attempt continues. Files get their names once their bytes were compared with the hash that the
 * Hub tells. No file that is there is replaced.
 */
export async function fetchWhole(
  { file: wanted, folder, repository: asked, ...place }: HubFetchRequest,
  control: Control = {},
  silence?: number,
): Promise<HubDownload> {
  const line = new HubLine(hubAt(place), control.signal, silence);
  const repository = await openRepository(line, asked);
  const model = modelOf(repository, wanted);
  const store = platform.folderStore(join(folder, ...repository.name.split('/')));
  const files = [...model.beside, ...model.files];
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const report = reporter(control.onProgress, bytes);
  let before = 0;
  for (const file of files) {
    if (!(await isThere(file, store, control.signal))) {
      const remote = await RangedFile.open(line, repository.name, repository.revision, file.path);
      await fetchFile(remote, file, store, control.signal, (at) => report(before + at));
    }
    report((before += file.bytes));
  }
  return {
    path: store.pathOf(model.kind === 'gguf' ? model.path : ''),
    repository: repository.name,
    file: model.path,
    bytes,
  };
}

/** Whether the file is there already. Throws `EngineError('not-written')` if another one has its name. */
async function isThere({ path, bytes, sha256 }: HubStoredFile, store: FolderStore, signal: Signal | undefined) {
  const length = await store.length(path);
  if (length === null) return false;
  if (length === bytes && (sha256 === null || (await hashOf(store.pathOf(path), signal)) === sha256)) return true;
  throw new EngineError(
    'not-written',
    said`There is already another file at ${store.pathOf(path)}. Move it away, or choose another folder.`,
  );
}

async function fetchFile(
  remote: RangedFile,
  { path, bytes, sha256: expected }: HubStoredFile,
  store: FolderStore,
  signal: Signal | undefined,
  onBytes: (bytes: number) => void,
): Promise<void> {
  // Bytes of an earlier state of the file are never continued.
  const part = `${path}.${(expected ?? remote.etag).replace(/[^\w]/g, '').slice(0, 12)}.part`;
  try {
    if (remote.size !== bytes) throw new ChangedOnHub(remote.host, path);
    let at = (await store.length(part)) ?? 0;
    if (at > bytes) at = 0;
    if (bytes === 0) await store.write(part, 0, new Uint8Array(0));
    await remote.read(at, bytes, async (received) => {
      await store.write(part, at, received);
      at += received.length;
      onBytes(at);
    });
    if (expected === null) await remote.checkUnchanged();
    else {
      const found = await hashOf(store.pathOf(part), signal);
      if (found !== expected) {
        await store.remove(part);
        throw wrongHash(path, found, expected);
      }
    }
    await store.finish(part, path);
  } catch (error) {
    if (error instanceof ChangedOnHub) await store.remove(part);
    throw error;
  }
}

async function hashOf(path: string, signal: Signal | undefined): Promise<string> {
  const source = openSource(path);
  try {
    return await sha256(source, () => pause(signal));
  } finally {
    source.close();
  }
}
