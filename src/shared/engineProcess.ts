import type { BackendState } from './backend';

/** What the engine's process says of itself, beside the calls that it answers. */
export type WorkerNote =
  /** Its resident memory, bytes. */
  | { readonly memory: number }
  /** What it will end of, for the log; without the user's text. */
  | { readonly failure: string }
  /** The layers run on something else than before, without having been asked to. */
  | { readonly backend: BackendState };
