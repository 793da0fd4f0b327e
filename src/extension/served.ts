import { engineFrom, type CallName, type Engine } from '../shared/engine';
import { EngineError } from '../shared/errors';
import type { LoadRequest, ModelInfo } from '../shared/model';

/** Whether an inspection with a model sends its text away: to the server that runs the layers. */
export const sendsText = (model: Pick<ModelInfo, 'server'> | Pick<LoadRequest, 'server'> | null): boolean =>
  model?.server !== undefined;

/** Refuses to connect to a server in a workspace that the user does not trust. */
export class NotTrusted extends EngineError {
  constructor(sentence: string) {
    super('bad-request', sentence);
  }
}

export interface ServedOwner {
  /** The key of the server at an address; undefined if it needs none. */
  keyOf(address: string): PromiseLike<string | undefined>;
  isTrusted(): boolean;
  /** Says that an untrusted workspace connects to no server. */
  notTrusted(): string;
}

/** Calls that a server has no part in, whichever model is loaded. */
const local: ReadonlySet<CallName> = new Set(['describe', 'encode', 'vocabulary', 'find']);

/**
 * The same engine, for models that run on a server. It adds the key to the request of a load, which is the only place
 * where the key is outside of the secret storage. In an untrusted workspace it refuses to load such a model, and to ask
 * one that is loaded.
 */
export function withServers(engine: Engine, { keyOf, isTrusted, notTrusted }: ServedOwner): Engine {
  let isServed = false;
  const check = (): void => {
    if (!isTrusted()) throw new NotTrusted(notTrusted());
  };
  const load: Engine['load'] = async (request, control) => {
    if (request.server) check();
    isServed = sendsText(request);
    if (!request.server) return engine.load(request, control);
    const key = await keyOf(request.server.address);
    return engine.load({ ...request, server: { ...request.server, ...(key !== undefined && { key }) } }, control);
  };
  return engineFrom(
    async (name, request, control) => {
      if (isServed && !local.has(name)) check();
      return engine[name](request, control);
    },
    { load },
  );
}
