import type { Engine, LoadRequest } from '../shared/engine';
import { connectEngine, engineFrom } from '../shared/enginePort';
import { EngineError } from '../shared/errors';
import { trace } from '../shared/trace';

/** The part of a worker thread that is used. */
export interface Thread {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  on(event: 'message', listener: (message: unknown) => void): void;
  on(event: 'error' | 'messageerror', listener: (error: Error) => void): void;
  on(event: 'exit', listener: (code: number) => void): void;
  terminate(): Promise<number>;
}

export interface Log {
  info(message: string): void;
  error(message: string): void;
}

interface Connection {
  readonly thread: Thread;
  readonly engine: ReturnType<typeof connectEngine>;
  /** The number that its first load asked for, null before that: the runtime starts its threads once. */
  threads: LoadRequest['threads'] | null;
}

/**
 * Owns the worker that the engine lives in. It is started by the first call; when it ends, the calls that wait reject with
 * `worker-lost`, and the next call starts another, which has no model loaded. A load with another number of threads starts another too,
 * once the calls before it have ended.
 */
export class EngineWorker {
  readonly engine: Engine = engineFrom(async (method, request, control) => {
    if (method === 'load') await this.#fit((request as LoadRequest).threads);
    const engine = this.#connected().engine;
    // One function stands for all methods; the pairing of method and request was checked where it was called.
    const call = (engine[method] as (request: unknown, control?: unknown) => Promise<never>)(request, control);
    this.#running.add(call);
    try {
      return await call;
    } finally {
      this.#running.delete(call);
    }
  });
  readonly #running = new Set<Promise<unknown>>();
  #connection: Connection | null = null;
  #started = false;
  #disposed = false;

  constructor(
    private readonly spawn: () => Thread,
    private readonly log: Log,
    /** The sentence that a person reads when the worker ended by itself. */
    private readonly lost: () => string,
  ) {}

  /** Whether a worker was ever started. */
  get started(): boolean {
    return this.#started;
  }

  /** Ends the worker as a crash would: the next call starts another. */
  async kill(): Promise<void> {
    await this.#connection?.thread.terminate();
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#end(new EngineError('cancelled', 'The extension ends.'));
  }

  /** Ends a worker that runs on another number of threads. */
  async #fit(threads: LoadRequest['threads']): Promise<void> {
    const connection = this.#connection;
    if (connection && connection.threads !== null && connection.threads !== threads) {
      while (this.#running.size > 0) await Promise.allSettled(this.#running);
      // Another load may have been as quick, or the worker may have been lost.
      if (this.#connection === connection) {
        this.log.info('The engine ends, to start with another number of threads.');
        await this.#end(new EngineError('cancelled', 'The engine starts anew.'));
      }
    }
    this.#connected().threads ??= threads;
  }

  async #end(reason: EngineError): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    connection?.engine.close(reason);
    await connection?.thread.terminate();
  }

  #connected(): Connection {
    if (this.#disposed) throw new EngineError('cancelled', 'The extension ends.');
    return (this.#connection ??= this.#connect());
  }

  #connect(): Connection {
    const thread = this.spawn();
    this.#started = true;
    this.log.info('The engine was started.');
    const engine = connectEngine({
      post: (message, transfer = []) => thread.postMessage(message, transfer),
      onMessage: (listener) => thread.on('message', listener),
    });
    const connection: Connection = { thread, engine, threads: null };
    const lose = (how: string) => {
      if (this.#connection !== connection) return;
      this.#connection = null;
      this.log.error(`The engine was lost: ${how}.`);
      engine.close(new EngineError('worker-lost', this.lost()));
      // After a message that cannot be read the thread still runs.
      thread.terminate().catch(() => undefined);
    };
    thread.on('error', (error) => lose(trace(error)));
    thread.on('messageerror', (error) => lose(`a message could not be read, ${trace(error)}`));
    thread.on('exit', (code) => lose(`its worker ended with code ${code}`));
    return connection;
  }
}
