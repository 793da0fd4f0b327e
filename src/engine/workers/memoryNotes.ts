import type { WorkerNote } from '../../shared/engineProcess';

/** Milliseconds. */
const betweenNotes = 500;

/**
 * Gives what is to be called after each message: it notes what the engine takes, a while later and once for all
 * messages until then.
 */
export function memoryNotes(bytes: () => number, note: (said: WorkerNote) => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      note({ memory: bytes() });
    }, betweenNotes);
  };
}
