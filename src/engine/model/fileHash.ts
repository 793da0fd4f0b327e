import type { Control } from '../../shared/engine';
import type { FileOfModel } from '../../shared/model';
import { ChangedFile } from '../platform/byteSource';
import { pause } from '../tasks/pause';
import { openSource, sha256, type ByteSource } from '../weights/source';

/** `turn` resolves once nothing runs that matters more. */
export async function fileHash(
  { path, bytes, changed }: FileOfModel,
  { signal, onProgress }: Control,
  turn: () => Promise<void>,
): Promise<string> {
  const source = openSource(path);
  const check = ({ size, file }: ByteSource) => {
    if (size !== bytes || file?.changed !== changed) throw new ChangedFile(path);
  };
  try {
    check(source);
    const found = await sha256(source, async (fraction) => {
      await pause(signal);
      await turn();
      onProgress?.({ stage: 'hash', fraction });
    });
    // Whatever wrote to the file meanwhile has changed its time.
    const after = openSource(path);
    after.close();
    check(after);
    return found;
  } finally {
    source.close();
  }
}
