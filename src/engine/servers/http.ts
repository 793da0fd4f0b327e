import { safeParse, type GenericSchema, type InferOutput } from 'valibot';
import { defaults, type Signal } from '../../shared/engine';
import { badRequest, said, EngineError } from '../../shared/errors';
import type { Said } from '../../shared/said';
import { after } from '../../shared/timers';
import { joinedBytes } from '../arrays/bytes';
import { boundedJson } from '../weights/strictJson';
import { invalidAnswer, isDropped, orLonger, ServerFault, statusFault, tooLongAnswer, unreachable } from './faults';
import { reasonIn, repeats, textsIn } from './words';

/** Ends one request as soon as its caller cancels it or the server is silent for too long. */
class Watch {
  readonly #abort = new AbortController();
  readonly #signal: Signal | undefined;
  readonly #cancel = () => this.#end(new EngineError('cancelled', 'The request was cancelled.'));
  #reject: (error: EngineError) => void = () => {};
  #stopTimer = () => {};
  readonly #ended: Promise<never>;

  readonly #stopWhole: () => void;

  /** The request may take `whole` milliseconds in all. */
  constructor(signal: Signal | undefined, whole: number, fault: () => EngineError) {
    this.#signal = signal;
    this.#ended = new Promise((_, reject) => (this.#reject = reject));
    this.#ended.catch(() => undefined);
    this.#stopWhole = after(whole, () => this.#end(fault()));
    signal?.addEventListener('abort', this.#cancel);
    if (signal?.aborted) this.#cancel();
  }

  /** Aborted when the request ends for any reason, so that its connection is released. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Settles as the work does, or rejects as soon as the request ends. */
  race<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#ended]);
  }

  /** Gives the server this long for its next bytes. */
  expect(milliseconds: number, fault: () => EngineError): void {
    this.#stopTimer();
    this.#stopTimer = after(milliseconds, () => this.#end(fault()));
  }

  close(): void {
    this.#stopTimer();
    this.#stopWhole();
    this.#signal?.removeEventListener('abort', this.#cancel);
    this.#abort.abort();
  }

  #end(error: EngineError): void {
    this.#reject(error);
    this.#abort.abort();
  }
}

/** How long a server may take, in milliseconds. Tests give shorter ones. */
export interface Waits {
  /** For each whole answer until it is known what the server is, and to a question about the server itself. */
  readonly greeting: number;
  /** Until the model's answer begins. */
  readonly answer: number;
  /** Between two pieces of an answer. */
  readonly piece: number;
  /** For one request in all, however slowly its answer trickles. */
  readonly whole: number;
  /** Until a model that is loading is ready, and between two questions for it. */
  readonly loading: number;
  readonly pause: number;
}

/** `patience` is in seconds: see `ServerRequest`. */
export const waitsOf = (patience: number): Waits => ({
  greeting: 1000 * patience,
  answer: 2000 * patience,
  piece: 2000 * patience,
  whole: 10_000 * patience,
  loading: 1000 * patience,
  pause: 1_000,
});
export const usualWaits: Waits = waitsOf(defaults.serverPatience);

export interface Ask {
  readonly path: string;
  /** Sent as JSON by POST. Without it the request is a GET. */
  readonly body?: object;
  /** Bytes that the answer may have; 1 MiB if absent. */
  readonly most?: number;
}

/** Browsers send no cookies with a request and keep no answer. Node does neither. */
const apart = { credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer' } as const;

const usualMost = 2 ** 20;
const mostOfError = 2 ** 16;
/** Bound memory: each object takes many times its bytes. */
const jsonBounds = { parts: 2 ** 21, values: 2 ** 23 };

/** Sends bounded requests to one server. Every call settles, and a failed call does not affect the next. */
export class Http {
  readonly host: string;
  /** The kind of server is known, so a long answer may be the requested one. */
  isConnected = false;

  constructor(
    private readonly server: { readonly address: string; readonly key?: string | undefined },
    readonly waits: Waits = usualWaits,
  ) {
    this.host = new URL(server.address).host;
    if (server.key !== undefined && !/^[\x21-\x7e]+$/.test(server.key))
      throw badRequest`The key has characters that no request can carry. Copy it again.`;
  }

  async json<S extends GenericSchema>(ask: Ask, schema: S, signal?: Signal): Promise<InferOutput<S>> {
    const pieces: Uint8Array[] = [];
    await this.read(ask, (piece) => void pieces.push(piece), signal);
    return this.checked(ask, this.#parse(joinedBytes(pieces)), schema);
  }

  /** Hands over the bytes of an answer in JSON piece by piece. An error of `use` ends the request. */
  async read(ask: Ask, use: (piece: Uint8Array) => void, signal?: Signal): Promise<void> {
    const { greeting, answer, whole } = this.waits;
    const greets = !this.isConnected || !ask.body;
    const watch = greets
      ? new Watch(signal, greeting, () => this.#slow(said`it had ${seconds(greeting)} for its first answer`))
      : new Watch(signal, whole, () => this.#slow(said`its answer has taken ${seconds(whole)}`));
    try {
      await watch.race(this.#exchange(ask, use, watch, greets ? greeting : answer));
    } finally {
      watch.close();
    }
  }

  checked<S extends GenericSchema>({ path }: Ask, value: unknown, schema: S): InferOutput<S> {
    const result = safeParse(schema, value, { abortEarly: true });
    if (result.success) return result.output;
    throw new ServerFault(said`The answer of ${this.host} to ${plain(path)} does not have the expected form.`, {
      foreign: true,
    });
  }

  async #exchange(ask: Ask, use: (piece: Uint8Array) => void, watch: Watch, longest: number): Promise<void> {
    watch.expect(longest, () => this.#silent(longest));
    const response = await this.#send(ask, watch.signal);
    if (!response.ok) throw await this.#refusal(ask, response, watch);
    this.#checkType(response);
    const most = ask.most ?? usualMost;
    await this.#readBody(response, watch, (piece, read) => {
      if (read > most) throw tooLongAnswer(this.host, most);
      use(piece);
    });
  }

  /** A connection that was kept open may be gone by now, so a request whose connection drops is sent once more. */
  async #send(ask: Ask, signal: AbortSignal): Promise<Response> {
    const body = ask.body && JSON.stringify(ask.body);
    const send = () =>
      fetch(this.server.address + ask.path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          Accept: 'application/json',
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...(this.server.key !== undefined && { Authorization: `Bearer ${this.server.key}` }),
        },
        ...(body !== undefined && { body }),
        redirect: 'manual',
        ...apart,
        signal,
      });
    try {
      return await send().catch((error: unknown) => {
        if (isDropped(error) && !signal.aborted) return send();
        throw error;
      });
    } catch (error) {
      // The cause may quote the header with the key, so it goes nowhere.
      throw unreachable(error, this.host);
    }
  }

  async #readBody(response: Response, watch: Watch, use: (piece: Uint8Array, read: number) => void): Promise<void> {
    const reader = response.body?.getReader();
    let read = 0;
    while (reader) {
      watch.expect(this.waits.piece, () => this.#silent(this.waits.piece));
      const { value, done } = await reader.read().catch(() => {
        throw new ServerFault(said`The server at ${this.host} broke off in the middle of its answer. Try again.`);
      });
      if (done) return;
      read += value.length;
      use(value, read);
    }
  }

  async #refusal(ask: Ask, response: Response, watch: Watch): Promise<ServerFault> {
    const texts = textsIn(ask.body, this.server.key);
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
      const target = targetOf(response, this.server.address);
      const shown = target !== null && texts !== null && !repeats(target, texts) ? target : null;
      return new ServerFault(
        said`The server at ${this.host} sends requests on to ${shown ?? said`another address`}. Nothing was sent there. Give that address instead if you trust it.`,
        { status: response.status },
      );
    }
    return statusFault(
      {
        status: response.status,
        retryAfter: response.headers.get('retry-after'),
        words: await this.#wordsOf(response, watch),
      },
      { host: this.host, path: plain(ask.path), hasKey: this.server.key !== undefined, texts },
    );
  }

  /** The server's own words about an error; `null` if the answer is too long or broken. */
  async #wordsOf(response: Response, watch: Watch): Promise<string | null> {
    const pieces: Uint8Array[] = [];
    try {
      await this.#readBody(response, watch, (piece, read) => {
        if (read > mostOfError) throw new ServerFault(said`The reason is too long.`);
        pieces.push(piece);
      });
      return reasonIn(JSON.parse(new TextDecoder().decode(joinedBytes(pieces))));
    } catch {
      return null;
    }
  }

  #checkType(response: Response): void {
    const [type = '', ...parameters] = (response.headers.get('content-type') ?? '').toLowerCase().split(';');
    if (!/^application\/([a-z0-9.-]+\+)?json$/.test(type.trim())) {
      const what = /html/.test(type) ? said`a web page` : said`something other than JSON`;
      throw new ServerFault(
        said`Another service seems to answer at ${this.host}: it sent ${what}. Check the address.`,
        {
          foreign: true,
        },
      );
    }
    const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='));
    if (charset && !/^charset="?utf-?8"?$/.test(charset)) throw invalidAnswer(this.host, 'UTF-8');
  }

  #parse(bytes: Uint8Array): unknown {
    try {
      return boundedJson(bytes, 'answer', jsonBounds);
    } catch {
      throw invalidAnswer(this.host, 'JSON');
    }
  }

  #silent(milliseconds: number): ServerFault {
    return this.#slow(said`nothing has come for ${seconds(milliseconds)}`);
  }

  #slow(how: Said): ServerFault {
    return new ServerFault(
      said`The server at ${this.host} takes too long to answer: ${how}. Check what it is doing, or ${orLonger}`,
    );
  }
}

const seconds = (milliseconds: number): string => `${Math.ceil(milliseconds / 1000)} s`;

const plain = (path: string): string => path.replace(/\?.*/, '');

/** Host of the redirect's target. Browsers hide it. */
function targetOf(response: Response, address: string): string | null {
  try {
    return new URL(response.headers.get('location') ?? '', `${address}/`).host.slice(0, 100) || null;
  } catch {
    return null;
  }
}
