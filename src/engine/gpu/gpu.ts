import { createBirpc } from 'birpc';
import { buffersOf } from '../../shared/buffers';
import type { Graph } from '../onnx/graph';
import type { Signal } from '../../shared/engine';
import { pause } from '../tasks/pause';
import { Room } from '../tools/room';
import type { Session, Tensor } from '../onnx/runtime';
import { GpuError } from '../trunk/gpuError';
import type { GpuPort } from '../platform/gpuPort';
import type { Adapter, GpuCalling, GpuServing, Outcome } from './protocol';

/**
 * Milliseconds that a call may take before the GPU counts as failed; the first waits for the worker's files, which may
 * have a long way.
 */
const longestCall = 60_000;
const longestStart = 600_000;
/** Bytes of weights that go at a time. */
const atATime = 4 * 2 ** 20;

/**
 * The GPU as the engine has it: sessions that run in its worker. Every call settles; with a `GpuError` once the worker
 * or its device is gone.
 */
export class Gpu {
  readonly #remote: ReturnType<typeof createBirpc<GpuServing, GpuCalling>>;
  readonly #listeners: ((error: GpuError) => void)[] = [];
  #gone: GpuError | null = null;
  #sessions = 0;
  #runs = 0;

  constructor(private readonly port: GpuPort) {
    this.#remote = createBirpc<GpuServing, GpuCalling>(
      { lost: () => this.#end(new GpuError('lost', 'The GPU was lost.')) },
      // What is sent are copies that nobody here uses again.
      {
        post: (message) => port.post(message, buffersOf(message)),
        on: (listener) => port.onMessage(listener),
        timeout: -1,
      },
    );
    port.onEnd((why, message = '') =>
      this.#end(new GpuError(why, message === '' ? `The GPU's worker ended: ${why}.` : message)),
    );
  }

  /** null where there is none. */
  adapter(): Promise<Adapter | null> {
    return this.#ask(() => this.#remote.adapter(), longestStart);
  }

  /** Throws where the GPU is gone. */
  checkThere(): void {
    if (this.#gone) throw this.#gone;
  }

  /** Bytes that a message may carry, there or back. */
  get mostBytes(): number {
    return this.port.mostBytes;
  }

  /** Hears once of a GPU that is gone by itself. */
  onGone(listener: (error: GpuError) => void): void {
    if (this.#gone) listener(this.#gone);
    else this.#listeners.push(listener);
  }

  /**
   * Sends the graph's weights over, a few at a time, and makes a session there. One that cannot be made leaves the
   * others as they are.
   */
  async createSession({ model, externalName, external }: Graph, signal?: Signal): Promise<Session> {
    const session = this.#sessions++;
    await this.#try(() =>
      this.#remote.begin({
        session,
        graph: { model, externalName, external: external.map(({ offset, byteLength }) => ({ offset, byteLength })) },
      }),
    );
    const room = new Room();
    for (const { offset, byteLength, write } of external) {
      const bytes = room.bytes(byteLength);
      write(bytes);
      for (let at = 0; at < byteLength; at += atATime) {
        await this.#try(() =>
          this.#remote.weights({
            session,
            offset: offset + at,
            bytes: bytes.slice(at, Math.min(at + atATime, byteLength)),
          }),
        );
        await pause(signal);
      }
    }
    await this.#try(() => this.#remote.create({ session }));
    return {
      run: (inputs, outputs) => this.#run(session, inputs, outputs),
      release: async () => {
        // The end of the worker gives all memory back.
        if (!this.#gone) await this.#try(() => this.#remote.release({ session }));
      },
    };
  }

  /** Ends the worker; calls that wait reject. */
  close(): void {
    this.#listeners.length = 0;
    this.#end(new GpuError('closed', 'The GPU was given back.'));
  }

  async #run(
    session: number,
    inputs: Readonly<Record<string, Tensor>>,
    outputs: readonly string[],
  ): Promise<Record<string, Tensor>> {
    const given = Object.entries(inputs);
    const largest = given.reduce((most, [, { data }]) => Math.max(most, data.byteLength), 0);
    if (largest > this.port.mostBytes)
      throw new GpuError('too-large', `An input takes ${largest} bytes; ${this.port.mostBytes} can be handed on.`);
    const run = this.#runs++;
    await Promise.all([
      // Copies, so that views do not carry the whole buffers that they lie in.
      ...given.map(([name, { data, dims }]) =>
        this.#ask(() => this.#remote.give({ run, name, tensor: { data: data.slice(), dims: [...dims] } })),
      ),
      this.#ask(() => this.#remote.run({ run, session, outputs })),
    ]);
    const taken = await Promise.all(
      outputs.map(async (name) => [name, await this.#ask(() => this.#remote.take({ run, name }))] as const),
    );
    for (const [name, tensor] of taken)
      if (!isTensor(tensor)) throw this.#failed(`The GPU's worker gave no numbers for ${name}.`);
    return Object.fromEntries(taken);
  }

  /** What fails there ends this GPU: whatever follows would fail too. */
  async #ask<T>(call: () => Promise<Outcome<T>>, longest = longestCall): Promise<T> {
    try {
      return await this.#try(call, longest);
    } catch (error) {
      throw this.#failed(error instanceof Error ? error.message : String(error));
    }
  }

  /** What the worker says that it could not do fails alone; no answer, or one of another form, ends this GPU. */
  async #try<T>(call: () => Promise<Outcome<T>>, longest = longestCall): Promise<T> {
    this.checkThere();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`The GPU's worker did not answer within ${longest / 1000} seconds.`)),
        longest,
      );
    });
    try {
      const outcome: unknown = await Promise.race([call(), late]);
      // What another page's worker says is only claimed to be an outcome.
      if (isObject(outcome) && 'result' in outcome) return outcome.result as T;
      if (!isObject(outcome) || !('error' in outcome))
        throw new Error('The GPU’s worker gave an answer of an unknown form.');
      throw this.#gone ?? new GpuError('failed', String(outcome.error));
    } catch (error) {
      throw error instanceof GpuError ? error : this.#failed(error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(timer);
    }
  }

  #failed(message: string): GpuError {
    const gone = this.#gone ?? new GpuError('failed', message);
    this.#end(gone);
    return gone;
  }

  #end(error: GpuError): void {
    if (this.#gone) return;
    this.#gone = error;
    this.#remote.$close(error);
    this.port.close();
    for (const listener of this.#listeners.splice(0)) listener(error);
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function isTensor(value: unknown): value is Tensor {
  if (!isObject(value) || !('data' in value) || !('dims' in value) || !Array.isArray(value.dims)) return false;
  const { data } = value;
  return (
    data instanceof Float32Array &&
    data.length === value.dims.reduce((product: number, size: unknown) => product * Number(size), 1)
  );
}
