import type { IncomingMessage, ServerResponse } from 'node:http';

interface Options {
  /** A free one if none is given. */
  readonly port?: number;
  /** With the headers that threads need. */
  readonly isIsolated?: boolean;
  /** Answers a request by itself, or returns false. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** Serves a folder on this machine. */
export declare function serveSite(
  folder: string,
  options?: Options,
): Promise<{ readonly origin: string; close(): Promise<void> }>;
