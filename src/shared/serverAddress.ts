import { badRequest } from './errors';

/** The parts of WHATWG's URL that Node, browsers and workers share. They have no common types for it. */
interface ParsedUrl {
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly host: string;
  readonly hostname: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
}
declare const URL: new (text: string) => ParsedUrl;

const longest = 2000;

/**
 * The address of a server as a person typed it, in one form: lower case, without a final slash, and without a final
 * `/v1`, which every request adds by itself. A missing scheme means http for this machine and private hosts. Throws
 * `EngineError('bad-request')`.
 */
export function serverAddress(typed: string): string {
  const text = typed.trim();
  const hasScheme = text.includes('://');
  const isPlain = text.length <= longest && !/[\s\p{Cc}\\]/u.test(text);
  const url = isPlain ? parsed(hasScheme ? text : `http://${text}`) : null;
  // The address itself would show the password.
  if (url && (url.username !== '' || url.password !== ''))
    throw badRequest`The address of the server must not contain a user name or a password. Give the key separately.`;
  if (!url || url.hostname === '') throw badRequest`${shown(text)} is not an address. Expected: ${example}.`;
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw badRequest`A server is reached by http or https, not by ${url.protocol.slice(0, -1).slice(0, 20)}.`;
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(text))
    throw badRequest`The address of the server must end with its path. Leave out “?” and “#” and everything after them.`;
  const address = `${url.protocol}//${url.host}${url.pathname.replace(/(\/(v1)?)+$/, '')}`;
  if (!hasScheme && !isPrivate(address))
    throw badRequest`${shown(text)} names no scheme. Write https:// before it, or http:// if the server has no https.`;
  return address;
}

const example = 'http://127.0.0.1:8080';

/** Whether requests to this address stay on this machine or in a private network, as far as the address tells. */
export function isPrivate(address: string): boolean {
  const host = parsed(address)?.hostname.replace(/\.$/, '');
  if (!host) return false;
  if (host.startsWith('[')) return isPrivateV6(host.slice(1, -1));
  const numbers = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(host);
  if (numbers) return isPrivateV4(numbers.slice(1).map(Number));
  return !host.includes('.') || host.endsWith('.local') || host.endsWith('.localhost');
}

/** Whether the address sends text unencrypted through a public network, so that the user must agree first. */
export const isOpenToAll = (address: string): boolean => parsed(address)?.protocol === 'http:' && !isPrivate(address);

/** 0.0.0.0 is what servers print that listen everywhere. As a destination it is this machine. */
function isPrivateV4(bytes: readonly number[]): boolean {
  const [a = -1, b = -1] = bytes;
  return (
    a === 127 ||
    a === 10 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    bytes.every((byte) => byte === 0)
  );
}

/** WHATWG's parser writes an IPv4 address inside an IPv6 one as two groups: `::ffff:7f00:1`. */
function isPrivateV6(host: string): boolean {
  if (host === '::1' || host === '::') return true;
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host);
  if (mapped) {
    const [high, low] = mapped.slice(1).map((group) => parseInt(group, 16));
    return isPrivateV4([high! >> 8, high! & 255, low! >> 8, low! & 255]);
  }
  const first = parseInt(host, 16);
  // fc00::/7 and fe80::/10. A host such as ::fc00 begins with a colon and gives NaN.
  return (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80;
}

function parsed(text: string): ParsedUrl | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

const shown = (text: string): string => `“${text.includes('@') ? '…' : text.slice(0, 80)}”`;
