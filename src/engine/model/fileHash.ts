import { basename } from 'node:path';
import type { Control } from '../../shared/engine';
import { modelDamaged } from '../../shared/errors';
import type { FileOfModel } from '../../shared/model';
import { pause } from '../tasks/pause';
import { openFile, sha256, type ByteSource } from '../weights/source';

/** `turn` resolves once nothing runs that matters more. */
export async function fileHash(
  { path, bytes, changed }: FileOfModel,
  { signal, onProgress }: Control,
  turn: () => Promise<void>,
): Promise<string> {
  const source = openFile(path);
  const check = ({ size, file }: ByteSource) => {
    if (size !== bytes || file?.changed !== changed)
      throw modelDamaged`The model file ${basename(path)} has changed since it was loaded. Load the model again.`;
  };
  try {
    check(source);
    const found = await sha256(source, async (fraction) => {
      await pause(signal);
      await turn();
      onProgress?.({ stage: 'hash', fraction });
    });
    // Whatever wrote to the file meanwhile has changed its time.
    const after = openFile(path);
    after.close();
    check(after);
    return found;
  } finally {
    source.close();
  }
}
