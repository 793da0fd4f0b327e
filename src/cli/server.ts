import type { Command } from 'commander';
import { defaults } from '../shared/engine';
import type { LoadRequest } from '../shared/model';
import { isOpenToAll, serverAddress } from '../shared/serverAddress';
import { UsageError, wholeNumber } from './options';

export interface ServerOptions {
  readonly server?: string;
  readonly serverModel?: string;
  readonly allowHttp?: true;
  readonly serverPatience?: number;
}

/**
 * The variable of the environment with the key of the server. It is no argument, since other users of a machine can
 * read the arguments of a process.
 */
export const keyVariable = 'VECTORSCOPE_SERVER_KEY';

export const withServerOptions = (command: Command): Command =>
  command
    .option(
      '--server <url>',
      `ask a server that runs the model: a llama-server, vLLM or another OpenAI-compatible one. The text is sent there. --model then names the file, the folder or the repository with the matrices of the same model; without it there are only tokens and likeliest tokens. The key is read from the environment variable ${keyVariable}`,
    )
    .option('--server-model <name>', 'one of the models that the server offers, instead of its first')
    .option('--allow-http', 'allow --server to name a public address by http, which does not encrypt the text')
    .option(
      '--server-patience <seconds>',
      `how long the server may take for its first answer, also while it loads its model: ${defaults.serverPatience} without this; a large model may need more. A request that runs may be silent for twice as long`,
      wholeNumber(5, defaults.mostServerPatience),
    );

/** The request for a model on a server. `matrices` is the file or folder of `--model`. */
export function serverRequest(
  { server, serverModel, allowHttp, serverPatience }: ServerOptions & { readonly server: string },
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
      ...(serverPatience !== undefined && { patience: serverPatience }),
    },
  };
}

export function checkServerOptions(options: ServerOptions, geometry: boolean): void {
  const { server, serverModel, allowHttp, serverPatience } = options;
  const lonely =
    (allowHttp && '--allow-http') ||
    (serverModel !== undefined && '--server-model') ||
    (serverPatience !== undefined && '--server-patience');
  if (server === undefined && lonely) throw new UsageError(`${lonely} is about a server. Name one with --server.`);
  if (server === undefined) return;
  if (geometry)
    throw new UsageError('--geometry needs no server. Leave out --server, or leave out --geometry to get predictions.');
  const address = serverAddress(server);
  if (isOpenToAll(address) && !allowHttp)
    throw new UsageError(
      `Text and key would go unencrypted to ${new URL(address).host}. Use https, or add --allow-http.`,
    );
}

/** Who reads what a command says: a person at a terminal, who can stop it, or an agent. */
export type Reader = 'person' | 'agent';

/** What is said while a server is waited for: to answer at all, and to run a text. */
export function waitingWords(
  { server, serverPatience = defaults.serverPatience }: ServerOptions & { server: string },
  reader: Reader,
) {
  const host = new URL(serverAddress(server)).host;
  const stop = reader === 'person' ? ' Press Ctrl+C to stop.' : '';
  return {
    connecting: `Waiting for the server at ${host}: it has ${serverPatience} s for its first answer.${stop}`,
    running: `Waiting for the server at ${host}: it is given up after ${2 * serverPatience} s without a byte.${stop}`,
  };
}
