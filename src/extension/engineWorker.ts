import type { BackendState } from '../shared/backend';
import type { Engine, LoadRequest, ModelInfo } from '../shared/engine';
import { connectEngine, engineFrom } from '../shared/enginePort';
import { EngineError } from '../shared/errors';
import type { WorkerNote } from '../shared/engineProcess';
import type { GpuDown, GpuUp } from '../shared/gpu';

/** The engine's process as its owner sees it. */
export interface WorkerProcess {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onNote(listener: (note: WorkerNote) => void): void;
  /** Told once or more, in words for the log, when the process has ended or cannot be reached. */
  onEnd(listener: (how: string) => void): void;
  /** Resolves when the process has ended. */
  terminate(): Promise<void>;
  /** How it reaches the GPU of a page; absent where it needs none for that. */
  readonly gpu?: {
    post(message: GpuUp): void;
    onMessage(listener: (message: GpuDown) => void): void;
  };
}

export interface Log {
  info(message: string): void;
  error(message: string): unknown;
}

/** What the owner of the worker decides and hears of. */
export interface WorkerOwner {
  /** The sentence that a person reads when the worker ended by itself. */
  lost(): string;
  /** Minutes without a call after which the worker ends; 0 lets it live. */
  idleMinutes(): number;
  /** The worker has ended, and the model with it. */
  ended(): void;
  /** The worker has said what it takes. */
  noted(): void;
  /** The layers run on something else than before, without having been asked to. */
  backend(state: BackendState): void;
  /** The worker says something to the GPU of a page. */
  gpu(message: GpuDown, answer: (message: GpuUp) => void): void;
}

interface Connection {
  readonly process: WorkerProcess;
  readonly engine: ReturnType<typeof connectEngine>;
  /** What its first load asked for, null before that. */
  load: LoadRequest | null;
  /** What the process said last, bytes. */
  memory: number | null;
}

/**
 * Owns the process that the engine lives in. It is started by the first call; when it ends, the calls that wait reject with
 * `worker-lost`, and the next call starts another, which has no model loaded. A load of another model starts another too, since only its
 * end gives the memory of the old one back, and so does a load with another number of threads.
 */
export class EngineWorker {
  readonly engine: Engine = engineFrom(async (method, request, control) => {
    const connection = method === 'load' ? await this.#fit(request as LoadRequest) : this.#connected();
    const { engine } = connection;
    clearTimeout(this.#idle);
    // One function stands for all methods; the pairing of method and request was checked where it was called.
    const call = (engine[method] as (request: unknown, control?: unknown) => Promise<never>)(request, control);
    this.#running.add(call);
    if (method === 'useBackend') this.#trying++;
    this.#calls++;
    try {
      const answer = await call;
      if (method === 'load') this.#tellThreads(answer);
      return answer;
    } catch (error) {
      // It was refused by its header, so that there is nothing of it to be given back before its geometry is loaded.
      if (method === 'load' && error instanceof EngineError && error.code === 'geometry-only' && connection.load === request) connection.load = null;
      throw error;
    } finally {
      this.#running.delete(call);
      if (method === 'useBackend') this.#trying--;
      this.rest();
    }
  });
  readonly #running = new Set<Promise<unknown>>();
  #connection: Connection | null = null;
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
  ) {}

  /** Whether a worker was ever started. */
  get started(): boolean {
    return this.#started;
  }

  /** Whether a call is under way that others would wait behind: what tries a backend lets them in. */
  get busy(): boolean {
    return this.#running.size > this.#trying;
  }

  /** How many calls were made. */
  get calls(): number {
    return this.#calls;
  }

  /** What the worker takes, bytes; null where there is none or that is not known yet. */
  get memory(): number | null {
    return this.#connection?.memory ?? null;
  }

  #tellThreads({ threads, threadsAsked }: ModelInfo): void {
    if (threadsAsked !== undefined) this.log.info(`${threadsAsked} threads were asked for; ${threads} could be started.`);
  }

  /** Ends the worker and gives its memory back; the calls that wait reject with `cancelled`, and the next one starts another. */
  async unload(): Promise<void> {
    if (!this.#connection) return;
    this.log.info('The model is unloaded.');
    await this.#end(new EngineError('cancelled', 'The model was unloaded.'));
  }

  /** Waits for the next call as long as the owner wants, from now on. */
  rest(): void {
    clearTimeout(this.#idle);
    const minutes = this.owner.idleMinutes();
    if (minutes > 0 && this.#connection && this.#running.size === 0) this.#idle = setTimeout(() => void this.unload(), minutes * 60_000);
  }

  /** Ends the worker as a crash would: the next call starts another. */
  async kill(): Promise<void> {
    await this.#connection?.process.terminate();
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#end(new EngineError('cancelled', 'The extension ends.'));
  }

  /** Ends a worker that has another model, at once, or that runs on another number of threads, once the calls before have ended. Gives the one to load in. */
  async #fit(wanted: LoadRequest): Promise<Connection> {
    for (let connection = this.#connection; connection?.load; connection = this.#connection) {
      const { load } = connection;
      const isOther = modelOf(load) !== modelOf(wanted);
      if (!isOther && load.threads === wanted.threads) break;
      while (!isOther && this.#running.size > 0) await Promise.allSettled(this.#running);
      // Another load may have been as quick, or the worker may have been lost.
      if (this.#connection !== connection) continue;
      this.log.info(isOther ? 'The engine ends, to start with another model.' : 'The engine ends, to start with another number of threads.');
      await this.#end(new EngineError('cancelled', isOther ? 'Another model is loaded.' : 'The engine starts anew.'));
    }
    const fitting = this.#connected();
    fitting.load ??= wanted;
    return fitting;
  }

  async #end(reason: EngineError): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    clearTimeout(this.#idle);
    if (!connection) return;
    connection.engine.close(reason);
    this.owner.ended();
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
    const engine = connectEngine(process);
    const connection: Connection = { process, engine, load: null, memory: null };
    process.onNote((note) => {
      if ('failure' in note) return void this.log.error(`The engine failed: ${note.failure}.`);
      if (this.#connection !== connection) return;
      if ('backend' in note) return this.owner.backend(note.backend);
      connection.memory = note.memory;
      this.owner.noted();
    });
    const { gpu } = process;
    gpu?.onMessage((message) => this.#connection === connection && this.owner.gpu(message, (answer) => gpu.post(answer)));
    process.onEnd((how) => {
      if (this.#connection !== connection) return;
      this.#connection = null;
      this.log.error(`The engine was lost: ${how}.`);
      engine.close(new EngineError('worker-lost', this.owner.lost()));
      this.owner.ended();
    });
    return connection;
  }
}

/** What makes a load another one. The number of threads does not. */
const modelOf = ({ path, name, sha256, geometryOnly }: LoadRequest): string => JSON.stringify([path, name, sha256, geometryOnly]);
