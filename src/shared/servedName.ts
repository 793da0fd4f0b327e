import type { ServerInfo } from './server';
import type { Translator } from './translator';

/** A server in few words, without its scheme: `localhost:8080`, `example.org/proxy`. */
export const serverPlace = (address: string): string =>
  address
    .replace(/^https?:\/\//i, '')
    .replace(/^[^/@]*@/, '')
    .replace(/\/+$/, '');

/** A model and the server that runs it, if one does: `SmolLM2-135M on localhost:8080 (llama.cpp)`. */
export const modelTitle = (
  { name, server }: { readonly name: string; readonly server?: Pick<ServerInfo, 'address' | 'kind'> },
  l10n: Translator,
): string => (server ? l10n.t('{0} on {1} ({2})', name, serverPlace(server.address), server.kind) : name);
