import type { Signal } from '../../shared/engine';
import { after } from '../../shared/timers';
import { stopIfAborted } from '../tasks/pause';
import { brokenOff, endless, notTheHub, refused, silent, Unreachable, type HubQuestion } from './errors';
import type { CheckedHub } from './place';

/** Milliseconds without a byte after which a request is given up. */
const longestSilence = 30_000;
/** Milliseconds in which the Hub must have sent all of a list, however slowly it trickles. */
const longestList = 120_000;

/** An answer whose body is not read yet. */
interface Answer {
  readonly response: Response;
  /** The body, piece by piece. Leaving the loop ends the request. */
  chunks(): AsyncGenerator<Uint8Array<ArrayBuffer>>;
  close(): void;
}

export interface Opening {
  readonly headers?: Readonly<Record<string, string>>;
  /** What the request is about, for errors. */
  readonly repository?: string;
  readonly file?: string;
  /** Milliseconds that the answer may take in all. */
  readonly within?: number;
  /** Files may lie on other hosts, to which the Hub redirects. Everything else comes from the Hub itself. */
  readonly elsewhere?: true;
}

/**
 * The connection to a Hub. Only requests to the Hub's own origin carry the token; `fetch` drops it when it follows a
 * redirect to another origin. Every failure is an `EngineError` with a sentence, and no request waits longer than
 * `silence` milliseconds for a byte.
 */
export class HubLine {
  received = 0;

  constructor(
    readonly hub: CheckedHub,
    readonly signal: Signal | undefined,
    private readonly silence = longestSilence,
    readonly list = longestList,
  ) {}

  async open(url: string, { headers = {}, repository, file, elsewhere, within }: Opening = {}): Promise<Answer> {
    stopIfAborted(this.signal);
    const { address, host, token } = this.hub;
    const { origin } = new URL(address);
    if (new URL(url).origin !== origin) throw notTheHub(host, 'URL', new URL(url).origin, origin);
    const asked: HubQuestion = {
      host,
      hasToken: token !== undefined,
      ...(repository !== undefined && { repository }),
      ...(file !== undefined && { file }),
    };
    const abort = new AbortController();
    const stop = () => abort.abort();
    this.signal?.addEventListener('abort', stop);
    let timedOut = false;
    let isOver = false;
    const endAtOnce = () => {
      isOver = true;
      stop();
    };
    const stopClock = within === undefined ? () => undefined : after(within, endAtOnce);
    const close = () => {
      stopClock();
      this.signal?.removeEventListener('abort', stop);
      stop();
    };
    const listen = async <T>(work: Promise<T>, answered: boolean): Promise<T> => {
      const done = after(this.silence, () => {
        timedOut = true;
        stop();
      });
      try {
        return await work;
      } catch (error) {
        stopIfAborted(this.signal);
        if (isOver) throw endless(host);
        if (timedOut) throw silent(host, Math.round(this.silence / 1000));
        // `fetch` fails with these errors alone.
        if (!(error instanceof TypeError) && !(error instanceof DOMException)) throw error;
        throw answered ? brokenOff(host, file ?? repository ?? 'an answer') : new Unreachable(host);
      } finally {
        done();
      }
    };
    try {
      const send = () =>
        listen(
          fetch(url, {
            headers: {
              ...headers,
              // A compressed answer has no ranges of the file.
              ...(elsewhere && { 'Accept-Encoding': 'identity' }),
              ...(token !== undefined && { Authorization: `Bearer ${token}` }),
            },
            signal: abort.signal,
          }),
          false,
        );
      const response = await send().catch((error: unknown) => {
        // A server may close a connection that waits, at the moment when the next request takes it.
        if (error instanceof Unreachable) return send();
        throw error;
      });
      if (!response.ok) throw refused(response, asked);
      if (response.url.startsWith('http:') && origin.startsWith('https:'))
        throw notTheHub(host, 'URL', 'http:', 'https:');
      if (!elsewhere && response.url !== '' && new URL(response.url).origin !== origin)
        throw notTheHub(host, 'URL', new URL(response.url).origin, origin);
      return { response, close, chunks: () => chunksOf(response, listen, close) };
    } catch (error) {
      close();
      throw error;
    }
  }
}

async function* chunksOf(
  { body }: Response,
  listen: <T>(work: Promise<T>, answered: boolean) => Promise<T>,
  close: () => void,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  try {
    const reader = body?.getReader() as ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
    if (!reader) return;
    for (let part = await listen(reader.read(), true); !part.done; part = await listen(reader.read(), true))
      yield part.value;
  } finally {
    close();
  }
}
