import { EngineError, type ErrorCode, said } from '../../shared/errors';
import type { Said, SaidValue } from '../../shared/said';
import { quotable } from './words';

type Details = Partial<Pick<ServerFault, 'status' | 'loading' | 'foreign'>> & {
  readonly code?: Extract<ErrorCode, 'server-failed' | 'key-refused'>;
  readonly words?: string | null;
};

/** A server's fault. The message never holds the user's text, the key or an answer. */
export class ServerFault extends EngineError {
  /** Of the answer; null if the fault is not in its status. */
  readonly status: number | null;
  /** The server is there, and its model is not ready. */
  readonly loading: boolean;
  /** The answer has another form, as another kind of server would give. */
  readonly foreign: boolean;
  /** The server's own words, which may repeat the user's text: nothing that prints an error sees them here. */
  readonly #words: string;

  constructor(
    sentence: string | Said,
    { code = 'server-failed', status = null, words = null, loading = false, foreign = false }: Details = {},
  ) {
    super(code, sentence);
    this.status = status;
    this.#words = words ?? '';
    this.loading = loading;
    this.foreign = foreign;
  }

  /** Whether the server's own words match. */
  says(pattern: RegExp): boolean {
    return pattern.test(this.#words);
  }

  numberIn(pattern: RegExp): number | null {
    const found = pattern.exec(this.#words)?.[1];
    return found === undefined ? null : Number(found);
  }

  /** The server answered that it does not do this, rather than failing at it. */
  get refused(): boolean {
    return this.status === 501 || [400, 404, 405, 415, 422].includes(this.status ?? 0);
  }
}

/** What else to do about a text that is too long for a server, beside a larger server. */
export const orLess = said`lower the limit of tokens (vectorscope.tokenLimit, or --limit on the command line), or choose a shorter text.`;

/** What else to do about a server that is slow. */
export const orLonger = said`let it take longer (vectorscope.serverPatience, or --server-patience on the command line).`;

interface Refusal {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly words: string | null;
}

interface Asked {
  readonly host: string;
  readonly path: string;
  readonly hasKey: boolean;
  readonly texts: readonly string[] | null;
}

/** The fault of an answer whose status is not 2xx. */
export function statusFault({ status, retryAfter, words }: Refusal, { host, path, hasKey, texts }: Asked): ServerFault {
  const shown = words === null ? null : quotable(words, texts);
  if (status === 401 || status === 403)
    return new ServerFault(
      hasKey
        ? said`The server at ${host} refuses the key. Give the key that it was started with.`
        : said`The server at ${host} asks for a key. Give the key that it was started with.`,
      { code: 'key-refused', status },
    );
  if (status === 404)
    return new ServerFault(said`The server at ${host} has nothing at ${path}. Check the address and its path.`, {
      status,
    });
  if (status === 429)
    return new ServerFault(said`The server at ${host} has too many requests. ${whenAgain(retryAfter)}`, { status });
  if (status === 503) {
    const loading = /loading/i.test(words ?? '');
    return new ServerFault(
      loading
        ? said`The server at ${host} is still loading its model. ${whenAgain(retryAfter)}`
        : said`The server at ${host} is not ready. ${whenAgain(retryAfter)}`,
      { status, words, loading },
    );
  }
  return new ServerFault(
    shown === null
      ? said`The server at ${host} answered with the error ${status}. Its own log may say why.`
      : said`The server at ${host} answered with the error ${status}: “${shown}”.`,
    { status, words },
  );
}

/** Retry-After holds seconds or a date. */
export function whenAgain(retryAfter: string | null): Said {
  const text = retryAfter?.trim() ?? '';
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - Date.now()) / 1000);
  if (!(seconds > 0) || seconds > 7 * 86_400) return said`Try again later.`;
  if (seconds < 120) return said`Try again in ${`${seconds} s`}.`;
  const minutes = Math.ceil(seconds / 60);
  return said`Try again in ${minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`}.`;
}

/** A value in an answer that no model's server would give. `expected` is written in signs: `≤ 1`. */
export const wrongAnswer = (host: string, field: string, found: SaidValue, expected: SaidValue): ServerFault =>
  new ServerFault(said`The answer of ${host} is wrong: ${field} is ${found}; expected: ${expected}.`);

export const invalidAnswer = (host: string, format: 'UTF-8' | 'JSON'): ServerFault =>
  new ServerFault(said`The answer of ${host} is not valid ${format}.`);

export const tooLongAnswer = (host: string, most: number): ServerFault =>
  new ServerFault(said`The answer of ${host} is longer than ${Math.ceil(most / 2 ** 10)} KiB, so it was cut off.`);

/** The fault of a request that got no answer. Node gives a code; browsers say nothing, on purpose. */
export function unreachable(error: unknown, host: string): ServerFault {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED')
    return new ServerFault(said`Nothing answers at ${host}. Start the server, or correct the address.`);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new ServerFault(said`There is no host named ${host.replace(/:\d+$/, '')}. Correct the address.`);
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'ETIMEDOUT' || code === 'UND_ERR_CONNECT_TIMEOUT')
    return new ServerFault(said`${host} cannot be reached. Check the address and the network.`);
  if (/CERT|SIGNATURE|ALTNAME/.test(code))
    return new ServerFault(said`The certificate of ${host} is not trusted, so nothing was sent there.`);
  if (/SSL|TLS|EPROTO/.test(code))
    return new ServerFault(said`The server at ${host} does not use https. Try an address with http.`);
  if (code.startsWith('HPE_'))
    return new ServerFault(said`Another service answers at ${host}: it does not use HTTP the way a model server does.`);
  if (isDropped(error)) return new ServerFault(said`The server at ${host} closed the connection without an answer.`);
  if (error instanceof Error && error.cause !== undefined)
    return new ServerFault(said`Nothing answers at ${host}. Start the server, or correct the address.`);
  // A browser tells a page neither whether a server is there nor why a request was refused.
  return new ServerFault(
    said`No answer came from ${host}. Either no server runs there, or the browser did not allow the request. A page that came by https may ask by http on this machine only, and the server must allow other pages (CORS). llama-server does, unless it was started with --tools, --agent or --cors-origins.`,
  );
}

/** The connection ended, which happens to one that was kept open while the server closed it. */
export const isDropped = (error: unknown): boolean =>
  ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ECONNABORTED'].includes(codeOf(error));

function codeOf(error: unknown): string {
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 4; depth++) {
    const { code, cause } = at as { readonly code?: unknown; readonly cause?: unknown };
    if (typeof code === 'string') return code;
    at = cause;
  }
  return '';
}
