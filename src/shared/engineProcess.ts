import type { BackendState } from './backend';

/** What the engine's process reports without being asked. */
export type WorkerNote =
  /** Its resident memory, bytes. */
  | { readonly memory: number }
  /** Why it is about to end, for the log; without the user's text. */
  | { readonly failure: string }
  /** The engine has moved the layers to another backend by itself. */
  | { readonly backend: BackendState };

/** Whether a message is a note. All others are calls and their answers. */
export const isNote = (message: unknown): message is WorkerNote =>
  typeof message === 'object' &&
  message !== null &&
  ('memory' in message || 'failure' in message || 'backend' in message);
