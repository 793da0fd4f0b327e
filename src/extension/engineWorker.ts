import type { BackendState } from '../shared/backend';
import { fenced, type ClearedEngine } from '../shared/consent';
import { engineFrom, type CallName, type Control, type Engine, type Signal } from '../shared/engine';
import { connectEngine, usualPatience, type HungAfter, type Patience } from '../shared/enginePort';
import type { WorkerNote } from '../shared/engineProcess';
import { EngineError } from '../shared/errors';
import type { GpuDown, GpuUp } from '../shared/gpu';
import { loadKey, modelKey, type LoadRequest, type ModelInfo } from '../shared/model';
import { orAborted } from '../shared/signal';

/** The engine's process as its owner sees it. */
export interface WorkerProcess {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onNote(listener: (note: WorkerNote) => void): void;
  /** Told once or more, in words for the log, when the process has ended or cannot be reached. */
  onEnd(listener: (how: string) => void): void;
  /** Asks the process to end, and kills it if it does not do so soon. Resolves when it has ended, whatever it does. */
  terminate(): Promise<void>;
  /** A debugger may hold it for long. */
  readonly isDebugged?: boolean;
  /** The way to the GPU of a page; absent if the engine has its own. */
  readonly gpu?: {
    post(message: GpuUp): void;
    onMessage(listener: (message: GpuDown) => void): void;
  };
}

export interface Log {
  info(message: string): void;
  error(message: string): unknown;
}

/** What the owner of the worker decides. */
export interface WorkerOwner {
  /** The sentence that a person reads when the worker ended by itself. */
  lost(): string;
  /** The sentence that a person reads when the worker hung and was ended, and a request with it. */
  hung(): string;
  /** Minutes without a call after which the worker ends; 0 lets it live. */
  idleMinutes(): number;
}

/** Hears what the worker reports without being asked. */
export interface WorkerListener {
  /** The worker has ended, and the model with it. */
  ended?(): void;
  /** The worker has reported its memory. */
  noted?(): void;
  /** The engine has moved the layers to another backend by itself. */
  backend?(state: BackendState): void;
  /** The worker sends a message to the GPU of a page. */
  gpu?(message: GpuDown, answer: (message: GpuUp) => void): void;
}

interface Connection {
  readonly process: WorkerProcess;
  /** Behind a fence. */
  readonly engine: ReturnType<typeof connectEngine>;
  /** The request of its first load, null before that. */
  load: LoadRequest | null;
  /** The memory that the process reported last, bytes. */
  memory: number | null;
}

/** Seconds. */
const oneDay = 86_400;

/**
 * Owns the engine's process. The first call starts it. If it dies or hangs, waiting calls reject with `worker-lost` and
 * the next call starts a new process without a model. Loading another model, or on other threads, also starts
 * a new process, because only the end of a process returns its memory. Of overlapping loads and unloads the newest
 * wins.
 */
export class EngineWorker {
  readonly engine: Engine = engineFrom(
    async (name, request, control) => {
      this.#refuseCancelled(control);
      const { engine }: { readonly engine: Engine } = this.#connected();
      return this.#counted(name, engine[name](request, control));
    },
    { load: async (request: LoadRequest, control?: Control) => this.#load(request, control) },
  );
  /**
   * The calls of a count or a hash that nobody asked for. They start no worker, do not keep it from ending after the
   * idle time, and do not make it `busy`.
   */
  readonly aside: Pick<ClearedEngine, 'tokenise' | 'encode' | 'fileHash'> = engineFrom(async (name, asked, control) => {
    if (!this.#connection) throw new EngineError('cancelled', 'The model was unloaded.');
    const { engine }: { readonly engine: Engine } = this.#connection;
    return engine[name](asked, control);
  });
  readonly #listeners: WorkerListener[] = [];
  readonly #running = new Set<Promise<unknown>>();
  #connection: Connection | null = null;
  /** Key of the load that was asked for last; null once the model was unloaded after it. */
  #wanted: string | null = null;
  #started = false;
  #calls = 0;
  /** Calls under way that try a backend. */
  #trying = 0;
  #idle: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(
    private readonly spawn: () => WorkerProcess,
    private readonly log: Log,
    private readonly owner: WorkerOwner,
    private readonly patience: Patience = usualPatience,
  ) {}

  listen(listener: WorkerListener): void {
    this.#listeners.push(listener);
  }

  /** Whether a worker was ever started. */
  get started(): boolean {
    return this.#started;
  }

  /** Whether a call is under way that others would wait behind: what tries a backend lets them in. */
  get busy(): boolean {
    return this.#running.size > this.#trying;
  }

  /** Resolves once no call is under way that others would wait behind. Rejects if the signal is aborted meanwhile. */
  async idle(signal: Signal): Promise<void> {
    while (this.busy) await orAborted(Promise.allSettled(this.#running), signal);
  }

  /** How many calls were made. */
  get calls(): number {
    return this.#calls;
  }

  /** The worker's memory, bytes; null if there is no worker or that is not known yet. */
  get memory(): number | null {
    return this.#connection?.memory ?? null;
  }

  #refuseCancelled(control: Control | undefined): void {
    if (control?.signal?.aborted) throw new EngineError('cancelled', 'The request was cancelled.');
  }

  async #load(request: LoadRequest, control: Control | undefined): Promise<ModelInfo> {
    this.#refuseCancelled(control);
    const connection = await this.#fit(request, control?.signal);
    try {
      const model = await this.#counted('load', connection.engine.load(request, control));
      this.#tellThreads(model);
      return model;
    } catch (error) {
      // The header alone refused it, so there is no memory to return before its geometry is loaded.
      if (error instanceof EngineError && error.code === 'geometry-only' && connection.load === request)
        connection.load = null;
      throw error;
    }
  }

  async #counted<A>(name: CallName, answer: Promise<A>): Promise<A> {
    clearTimeout(this.#idle);
    this.#running.add(answer);
    if (name === 'useBackend') this.#trying++;
    this.#calls++;
    try {
      return await answer;
    } finally {
      this.#running.delete(answer);
      if (name === 'useBackend') this.#trying--;
      this.rest();
    }
  }

  #tellThreads({ threads, threadsAsked }: ModelInfo): void {
    if (threadsAsked !== undefined)
      this.log.info(`${threadsAsked} threads were asked for; ${threads} could be started.`);
  }

  /**
   * Ends the worker and gives its memory back; the calls that wait reject with `cancelled`, and the next one starts
   * another.
   */
  async unload(): Promise<void> {
    this.#wanted = null;
    if (!this.#connection) return;
    this.log.info('The model is unloaded.');
    await this.#end(new EngineError('cancelled', 'The model was unloaded.'));
  }

  /** Starts the idle time anew; when it is over without a call, the model is unloaded. */
  rest(): void {
    clearTimeout(this.#idle);
    const minutes = this.owner.idleMinutes();
    if (minutes > 0 && this.#connection && this.#running.size === 0)
      this.#idle = setTimeout(() => void this.unload(), minutes * 60_000);
  }

  /** Ends the worker as a crash would: the next call starts another. */
  async kill(): Promise<void> {
    await this.#connection?.process.terminate();
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#wanted = null;
    await this.#end(new EngineError('cancelled', 'The extension ends.'));
  }

  /**
   * Ends a worker that has another model, at once. Ends one that computes it otherwise, once the calls
   * before have ended. Returns the connection to load the model in. Rejects with `cancelled` if the signal is aborted,
   * another load is requested or the model is unloaded meanwhile.
   */
  async #fit(request: LoadRequest, signal: Signal | undefined): Promise<Connection> {
    const wanted = loadKey(request);
    this.#wanted = wanted;
    const until = async (work: Promise<unknown>) => {
      await orAborted(work, signal);
      if (this.#wanted !== wanted)
        throw new EngineError(
          'cancelled',
          this.#wanted === null ? 'The model was unloaded.' : 'Another model is loaded.',
        );
    };
    for (let connection = this.#connection; connection?.load; connection = this.#connection) {
      const { load } = connection;
      if (loadKey(load) === wanted) break;
      const isOther = modelKey(load) !== modelKey(request);
      while (!isOther && this.#running.size > 0) await until(Promise.allSettled(this.#running));
      // Another load may have been as quick, or the worker may have been lost.
      if (this.#connection !== connection) continue;
      this.log.info(
        isOther
          ? 'The engine ends, to start with another model.'
          : 'The engine ends, to start with other threads or instructions.',
      );
      await until(
        this.#end(new EngineError('cancelled', isOther ? 'Another model is loaded.' : 'The engine starts anew.')),
      );
    }
    const fitting = this.#connected();
    fitting.load ??= request;
    return fitting;
  }

  async #end(reason: EngineError): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    clearTimeout(this.#idle);
    if (!connection) return;
    connection.engine.close(reason);
    for (const listener of this.#listeners) listener.ended?.();
    await connection.process.terminate();
  }

  #connected(): Connection {
    if (this.#disposed) throw new EngineError('cancelled', 'The extension ends.');
    return (this.#connection ??= this.#connect());
  }

  #connect(): Connection {
    const process = this.spawn();
    this.#started = true;
    this.log.info('The engine was started.');
    const patience = process.isDebugged ? { ...this.patience, call: oneDay, start: oneDay } : this.patience;
    const port = connectEngine(process, (name, after) => this.#hung(connection, name, after), patience);
    // A process loads one model, so no text can get to another than the fence knows of.
    const engine = fenced(port, () => connection.load, { close: port.close });
    const connection: Connection = { process, engine, load: null, memory: null };
    process.onNote((note) => {
      if ('failure' in note) return void this.log.error(`The engine failed: ${note.failure}.`);
      if (this.#connection !== connection) return;
      if ('memory' in note) connection.memory = note.memory;
      for (const listener of this.#listeners)
        if ('backend' in note) listener.backend?.(note.backend);
        else listener.noted?.();
    });
    const { gpu } = process;
    gpu?.onMessage((message) => {
      if (this.#connection !== connection) return;
      for (const listener of this.#listeners) listener.gpu?.(message, (answer) => gpu.post(answer));
    });
    process.onEnd((how) => this.#lost(connection, `The engine was lost: ${how}.`, () => this.owner.lost()));
    return connection;
  }

  #hung(connection: Connection, name: CallName, after: HungAfter): void {
    const { cancel, silence, call } = this.patience;
    const why =
      after === 'cancel'
        ? `a call of “${name}” was cancelled, and ${cancel / 1000 + silence} seconds later it had not answered`
        : `a call of “${name}” waited, and nothing came for ${call} seconds`;
    this.#lost(connection, `The engine hung and was ended: ${why}.`, () => this.owner.hung());
  }

  #lost(connection: Connection, line: string, sentence: () => string): void {
    if (this.#connection !== connection) return;
    this.#connection = null;
    this.log.error(line);
    connection.engine.close(new EngineError('worker-lost', sentence()));
    for (const listener of this.#listeners) listener.ended?.();
    // One that cannot be reached may still live.
    void connection.process.terminate();
  }
}
