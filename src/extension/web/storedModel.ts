import { modelFolder, wholeMark } from '../../shared/storedModel';

/**
 * Whether the browser's storage holds all of a model. The engine's worker writes there, and has the same origin as this
 * host. A browser that refuses its storage holds nothing.
 */
export async function isStored(sha256: string): Promise<boolean> {
  try {
    const models = await (await navigator.storage.getDirectory()).getDirectoryHandle(modelFolder);
    await models.getFileHandle(wholeMark(sha256));
    return true;
  } catch {
    return false;
  }
}
