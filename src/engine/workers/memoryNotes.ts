import type { WorkerNote } from '../../shared/engineProcess';

/** Milliseconds. */
const betweenNotes = 500;

/**
 * Returns a function to call after each message. It reports the engine's memory a while later, once for all messages
 * until then.
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
