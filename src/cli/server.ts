import { EngineError } from '../shared/errors';
import type { LoadRequest } from '../shared/model';
import { serverAddress } from '../shared/serverAddress';

export interface ServerOptions {
  readonly server?: string;
  readonly serverModel?: string;
  readonly allowHttp?: true;
}

/**
 * The variable of the environment with the key of the server. It is no argument, since other users of a machine can
 * read the arguments of a process.
 */
export const keyVariable = 'VECTORSCOPE_SERVER_KEY';

export const serverOption = [
  '--server <url>',
  `ask a server that runs the model: a llama-server, vLLM or another OpenAI-compatible one. The text is sent there. --model then names the file, the folder or the repository with the matrices of the same model; without it there are only tokens and likeliest tokens. The key is read from the environment variable ${keyVariable}`,
] as const;
export const serverModelOption = [
  '--server-model <name>',
  'one of the models that the server offers, instead of its first',
] as const;
export const allowHttpOption = [
  '--allow-http',
  'allow --server to name a public address by http, which does not encrypt the text',
] as const;

/** The request for a model on a server. `matrices` is the file or folder of `--model`. */
export function serverRequest(
  { server, serverModel, allowHttp }: ServerOptions & { readonly server: string },
  matrices: string | undefined,
  key: string | undefined,
): LoadRequest {
  const address = serverAddress(server);
  return {
    path: address,
    server: {
      address,
      ...(allowHttp && { allowsHttp: true }),
      ...(key !== undefined && key !== '' && { key }),
      ...(serverModel !== undefined && { model: serverModel }),
      ...(matrices !== undefined && { matrices }),
    },
  };
}

/** Refuses options that mean nothing together. */
export function checkServerOptions({ server, serverModel, allowHttp }: ServerOptions, geometry: boolean): void {
  if (server === undefined && (serverModel !== undefined || allowHttp))
    throw new EngineError(
      'bad-request',
      `${allowHttp ? '--allow-http' : '--server-model'} is about a server. Name one with --server.`,
    );
  if (server !== undefined && geometry)
    throw new EngineError(
      'bad-request',
      '--geometry needs no server. Leave out --server, or leave out --geometry to get predictions.',
    );
}
