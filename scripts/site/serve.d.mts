/** Serves a folder on this machine, with the headers for threads unless it is not isolated. */
export function serveSite(
  folder: string,
  options?: { readonly port?: number; readonly isIsolated?: boolean },
): Promise<{ readonly origin: string; close(): Promise<void> }>;
