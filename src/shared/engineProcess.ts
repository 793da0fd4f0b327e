/** What the engine's process says of itself, beside the calls that it answers. */
export type WorkerNote =
  /** Its resident memory, bytes. */
  | { readonly memory: number }
  /** What it will end of, for the log; without the user's text. */
  | { readonly failure: string };
