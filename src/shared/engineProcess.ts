import type { BackendState } from './backend';

/** What the engine's process says of itself, beside the calls that it answers. */
export type WorkerNote =
  /** Its resident memory, bytes. */
  | { readonly memory: number }
  /** What it will end of, for the log; without the user's text. */
  | { readonly failure: string }
  /** The layers run on something else than before, without having been asked to. */
  | { readonly backend: BackendState };

/** Whether a message is one of them; the others are calls and their answers. */
export const isNote = (message: unknown): message is WorkerNote =>
  typeof message === 'object' &&
  message !== null &&
  ('memory' in message || 'failure' in message || 'backend' in message);
