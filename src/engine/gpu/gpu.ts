import { createBirpc } from 'birpc';
import { buffersOf } from '../../shared/buffers';
import type { GpuEnd } from '../../shared/gpu';
import type { Graph } from '../onnx/graph';
import type { Signal } from '../../shared/engine';
import { pause } from '../pause';
import { Room } from '../room';
import type { Session, Tensor } from '../runtime';
import type { GpuPort } from './port';
import type { Adapter, GpuCalling, GpuServing, Outcome } from './protocol';

/** Why a GPU cannot be used, or not any more. */
export class GpuError extends Error {
  constructor(
    readonly why: GpuEnd | 'lost' | 'too-large',
    message: string,
  ) {
    super(message);
    this.name = 'GpuError';
  }
}

/** Milliseconds that a call may take before the GPU counts as failed. */
const longestCall = 60_000;
/** Bytes of weights that go at a time. */
const atATime = 4 * 2 ** 20;

/** The GPU as the engine has it: sessions that run in its worker. Every call settles; with a `GpuError` once the worker or its device is gone. */
export class Gpu {
  readonly #remote: ReturnType<typeof createBirpc<GpuServing, GpuCalling>>;
  readonly #listeners: ((error: GpuError) => void)[] = [];
  #gone: GpuError | null = null;
  #sessions = 0;

  constructor(private readonly port: GpuPort) {
    this.#remote = createBirpc<GpuServing, GpuCalling>(
      { lost: () => this.#end(new GpuError('lost', 'The GPU was lost.')) },
      // What is sent are copies that nobody here uses again.
      { post: (message) => port.post(message, buffersOf(message)), on: (listener) => port.onMessage(listener), timeout: longestCall },
    );
    port.onEnd((why) => this.#end(new GpuError(why, `The GPU's worker ended: ${why}.`)));
  }

  /** null where there is none. */
  adapter(): Promise<Adapter | null> {
    return this.#ask(() => this.#remote.adapter());
  }

  /** Bytes that a call may carry, there or back. */
  get mostBytes(): number {
    return this.port.mostBytes;
  }

  /** Hears once of a GPU that is gone by itself. */
  onGone(listener: (error: GpuError) => void): void {
    if (this.#gone) listener(this.#gone);
    else this.#listeners.push(listener);
  }

  /** Sends the graph's weights over, a few at a time, and makes a session there. */
  async createSession({ model, externalName, external }: Graph, signal?: Signal): Promise<Session> {
    const session = this.#sessions++;
    await this.#ask(() => this.#remote.begin({ session, graph: { model, externalName, external: external.map(({ offset, byteLength }) => ({ offset, byteLength })) } }));
    const room = new Room();
    for (const { offset, byteLength, write } of external) {
      const bytes = room.bytes(byteLength);
      write(bytes);
      for (let at = 0; at < byteLength; at += atATime) {
        await this.#ask(() => this.#remote.weights({ session, offset: offset + at, bytes: bytes.slice(at, Math.min(at + atATime, byteLength)) }));
        await pause(signal);
      }
    }
    await this.#ask(() => this.#remote.create({ session }));
    return {
      run: (inputs, outputs) => this.#run(session, inputs, outputs),
      // The end of the worker gives all memory back.
      release: () => Promise.resolve(),
    };
  }

  /** Ends the worker; calls that wait reject. */
  close(): void {
    this.#listeners.length = 0;
    this.#end(new GpuError('page-gone', 'The GPU was given back.'));
  }

  async #run(session: number, inputs: Readonly<Record<string, Tensor>>, outputs: readonly string[]): Promise<Record<string, Tensor>> {
    const bytes = Object.values(inputs).reduce((sum, { data }) => sum + data.byteLength, 0);
    if (bytes > this.port.mostBytes) throw new GpuError('too-large', `The inputs take ${bytes} bytes; ${this.port.mostBytes} can be handed on.`);
    // Copies, so that views do not carry the whole buffers that they lie in.
    const copies = Object.fromEntries(Object.entries(inputs).map(([name, { data, dims }]) => [name, { data: data.slice(), dims: [...dims] }]));
    return this.#ask(() => this.#remote.run({ session, inputs: copies, outputs }));
  }

  async #ask<T>(call: () => Promise<Outcome<T>>): Promise<T> {
    if (this.#gone) throw this.#gone;
    let outcome: Outcome<T>;
    try {
      outcome = await call();
    } catch (error) {
      // What waits too long will not come.
      const gone = this.#gone ?? new GpuError('failed', error instanceof Error ? error.message : String(error));
      this.#end(gone);
      throw gone;
    }
    if ('result' in outcome) return outcome.result;
    const gone = this.#gone ?? new GpuError('failed', outcome.error);
    this.#end(gone);
    throw gone;
  }

  #end(error: GpuError): void {
    if (this.#gone) return;
    this.#gone = error;
    this.#remote.$close(error);
    this.port.close();
    for (const listener of this.#listeners.splice(0)) listener(error);
  }
}
