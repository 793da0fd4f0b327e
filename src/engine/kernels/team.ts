import { platform } from '#platform';
import type { Signal } from '../../shared/engine';
import { EngineError, said } from '../../shared/errors';
import type { VectorBits } from '../../shared/model';
import { isOutOfMemory } from '../../shared/noMemory';
import type { KernelBuild, Thread } from '../platform/platform';
import { pause, stopIfAborted } from '../tasks/pause';
import { TeamControl } from './control';
import { compileKernels, isRelaxed, type CompiledKernels } from './kernels';
import { KernelMachine, barrier } from './machine';
import { KernelMemory } from './memory';
import type { FromThread, ToThread } from './thread';
import { perform, type KernelWork } from './work';

interface WorkControl {
  readonly signal?: Signal | undefined;
  /** Called every 30 ms with the progress, whose numbers depend on the work. */
  readonly onProgress?: ((progress: number) => void) | undefined;
}

const betweenLooks = 30;
/** Milliseconds after which a lone thread lets messages in. */
const timeSlice = 12;

/** Threads that run kernels over shared memories, or this thread alone. All work together on one task after another. */
export class Team {
  readonly #machines = new Map<number, KernelMachine>();
  #memories = 0;
  #programs = 0;
  #last: Promise<unknown> = Promise.resolve();
  #lost: EngineError | undefined;
  /** Called when one thread finishes the current work, or when a thread is lost. */
  #working:
    | { readonly done: (failure: string | null) => void; readonly gone: (error: EngineError) => void }
    | undefined;

  private constructor(
    readonly build: KernelBuild,
    private readonly compiled: CompiledKernels,
    private readonly control: TeamControl,
    private readonly started: readonly Thread[],
  ) {
    started.forEach((thread, index) => {
      thread.onMessage((message: FromThread) => message.kind === 'done' && this.#working?.done(message.failure));
      thread.onEnd((why) => this.#lose(why));
      thread.post({ kind: 'start', compiled, control: control.buffer, index, threads: started.length });
    });
  }

  /**
   * Starts up to `count` threads. If fewer than two can be started, or memory cannot be shared, this thread works
   * alone.
   */
  static async start(
    count: number,
    build: KernelBuild = platform.kernelBuild(isRelaxed),
    threads = (wanted: number) => platform.kernelThreads(wanted),
  ): Promise<Team> {
    // Compiling may throw, so it comes before the threads.
    const compiled = compileKernels(build, count > 1);
    const settled = count > 1 ? await Promise.all(threads(count).map(ready)) : [];
    const started = settled.filter(({ isThere }) => isThere()).map(({ thread }) => thread);
    // One extra thread would not compute faster. It would only keep this one free for messages.
    const few = started.length < 2;
    if (few) await Promise.all(started.map((thread) => thread.end()));
    return new Team(
      build,
      few && count > 1 ? compileKernels(build, false) : compiled,
      new TeamControl(few ? 1 : started.length),
      few ? [] : started,
    );
  }

  /** The bits of the registers that most products are computed in. */
  get vectorBits(): VectorBits {
    return this.compiled.wide ? 256 : 128;
  }

  get threads(): number {
    return Math.max(1, this.started.length);
  }

  /** A memory that all threads share, of `bytes` bytes at first. Throws `EngineError('no-memory')`. */
  memory(bytes: number): KernelMemory {
    const memory = new KernelMemory(this.#memories++, this.started.length > 0, bytes);
    if (this.started.length === 0) this.#machines.set(memory.id, new KernelMachine(this.compiled, memory.memory));
    this.#post({ kind: 'memory', id: memory.id, memory: memory.memory });
    return memory;
  }

  /** The kernels over a memory in this thread, for brief work that waits for nobody. */
  machine(memory: KernelMemory): KernelMachine {
    const known = this.#machines.get(memory.id) ?? new KernelMachine(this.compiled, memory.memory);
    this.#machines.set(memory.id, known);
    return known;
  }

  /** Releases a memory, which must not be used any more. */
  forget({ id }: KernelMemory): void {
    this.#machines.delete(id);
    this.#post({ kind: 'forget', memory: id });
  }

  /** Sends the threads a program, which later work names by the returned number. */
  handOver({ id: memory }: KernelMemory, program: unknown): number {
    const id = this.#programs++;
    this.#machines.get(memory)?.programs.set(id, program);
    this.#post({ kind: 'program', memory, id, program });
    return id;
  }

  /** Forgets a program, which must not be run any more. */
  forgetProgram({ id: memory }: KernelMemory, id: number): void {
    this.#machines.get(memory)?.programs.delete(id);
    this.#post({ kind: 'forgetProgram', memory, id });
  }

  /**
   * Runs the work that `make` returns at its turn. Rejects with the error of `make`, with `EngineError('cancelled')`
   * soon after the signal, and with `EngineError('internal')` once a thread has failed, after which nothing runs.
   */
  run(memory: KernelMemory, make: () => KernelWork, { signal, onProgress }: WorkControl = {}): Promise<void> {
    const result = this.#last.then(async () => {
      stopIfAborted(signal);
      if (this.#lost) throw this.#lost;
      const work = make();
      this.control.begin();
      const stop = () => this.control.stop();
      signal?.addEventListener('abort', stop);
      const looks = onProgress && setInterval(() => onProgress(this.control.progress), betweenLooks);
      try {
        await (this.started.length > 0 ? this.#runOnThreads(memory, work) : this.#runHere(memory, work));
      } finally {
        clearInterval(looks);
        signal?.removeEventListener('abort', stop);
      }
      stopIfAborted(signal);
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #runOnThreads({ id, bytes }: KernelMemory, work: KernelWork): Promise<void> {
    let missing = this.started.length;
    const ended = new Promise<void>((resolve, reject) => {
      this.#working = {
        done: (failure) => {
          if (failure !== null) this.#lose(failure);
          else if (--missing === 0) resolve();
        },
        gone: reject,
      };
    });
    this.#post({ kind: 'work', memory: id, bytes, work });
    try {
      await ended;
    } finally {
      this.#working = undefined;
    }
  }

  /** Runs the steps in this thread and lets messages in now and then. */
  async #runHere({ id }: KernelMemory, work: KernelWork): Promise<void> {
    const { control } = this;
    const machine = this.#machines.get(id);
    if (!machine) throw new RangeError(`The team has no memory ${id}.`);
    let since = performance.now();
    for (const step of perform(machine, work, {
      index: 0,
      threads: 1,
      take: () => control.take(),
      reportProgress: (progress) => void (control.progress = progress),
    })) {
      if (step === barrier) control.beginAgain();
      if (performance.now() - since < timeSlice) continue;
      await pause(undefined);
      if (this.#lost) throw this.#lost;
      since = performance.now();
    }
  }

  #post(message: ToThread): void {
    for (const thread of this.started) thread.post(message);
  }

  /** The other threads may wait for the lost one forever, so they end too. */
  #lose(why: string): void {
    if (this.#lost) return;
    this.#lost = isOutOfMemory(why)
      ? new EngineError(
          'no-memory',
          said`A thread of the engine ran out of memory. Close other programs, then load the model again.`,
        )
      : new EngineError('internal', `A thread of the engine failed: ${why}. Load the model again.`);
    void this.close();
  }

  async close(): Promise<void> {
    this.#lost ??= new EngineError('cancelled', 'The model is no longer loaded.');
    this.#working?.gone(this.#lost);
    this.#machines.clear();
    await Promise.all(this.started.map((thread) => thread.end()));
  }
}

/** Resolves once the thread is ready or gone. It may end later, while others start. */
function ready(thread: Thread): Promise<{ readonly thread: Thread; readonly isThere: () => boolean }> {
  let isThere = false;
  return new Promise((resolve) => {
    const settle = (value: boolean) => {
      isThere = value;
      resolve({ thread, isThere: () => isThere });
    };
    thread.onMessage(() => settle(true));
    thread.onEnd(() => settle(false));
  });
}
