import { badRequest, EngineError, said } from '../../shared/errors';
import { usualHub, type HubPlace } from '../../shared/hub';
import { isOpenToAll } from '../../shared/serverAddress';

/** An address that was checked, with the token for it. */
export interface CheckedHub {
  /** Without a final slash. */
  readonly address: string;
  readonly host: string;
  readonly token: string | undefined;
}

/** Tokens are words of printable characters; any other could not be sent in a header. */
const plainToken = /^[\x21-\x7e]{1,1000}$/;
const repositoryName = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;
const longestName = 200;

/** Throws `EngineError('bad-request')` if the address or the token cannot be used. */
export function hubAt({ hub, token }: HubPlace): CheckedHub {
  const address = hub?.trim() || usualHub;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw badRequest`${shown(address)} is not an address of a Hub. Give one that begins with https://, without a name or a key in it.`;
  if (token !== undefined && !plainToken.test(token))
    throw new EngineError('token-needed', said`The access token contains characters that no token has. Copy it again.`);
  if (token !== undefined && isOpenToAll(address))
    throw badRequest`A token is not sent to ${url.host} over http, where others can read it. Give an address that begins with https://.`;
  return { address: (url.origin + url.pathname).replace(/\/+$/, ''), host: url.host, token };
}

/** Without a password, if it holds one. */
const shown = (address: string): string => `“${address.includes('@') ? '…' : address.slice(0, 200)}”`;

/** Throws `EngineError('bad-request')` unless the name has the form `owner/name`. */
export function checkRepository(name: string): string {
  if (repositoryName.test(name) && name.length <= longestName && !name.includes('..')) return name;
  throw badRequest`“${name.slice(0, longestName)}” is not the name of a repository. Give it as owner/name.`;
}
