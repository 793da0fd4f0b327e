import { createBirpc } from 'birpc';
import { buffersOf } from '../../../shared/buffers';
import type { Signal } from '../../../shared/engine';
import { ReusedBuffer } from '../../arrays/bytes';
import { pause } from '../../tasks/pause';
import type { Graph } from '../onnx/graph';
import type { Session, Tensor } from '../onnx/runtime';
import { GpuError, type GpuPort } from './port';
import type { Adapter, GpuCalling, GpuServing, Outcome } from './protocol';

/**
 * Milliseconds until a call counts as failed. The first call waits for the worker's files, which may have to be
 * downloaded.
 */
const longestCall = 60_000;
const longestStart = 600_000;
/** Bytes of weights in one message. */
const atATime = 4 * 2 ** 20;

/**
 * The GPU for the engine: sessions in its worker. Every call settles, with a `GpuError` once the worker or its device
 * is lost.
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
      // Messages hold copies, so their buffers can be moved.
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

  /** `null` without an adapter. */
  adapter(): Promise<Adapter | null> {
    return this.#ask(() => this.#remote.adapter(), longestStart);
  }

  checkThere(): void {
    if (this.#gone) throw this.#gone;
  }

  /** The largest message in either direction, in bytes. */
  get mostBytes(): number {
    return this.port.mostBytes;
  }

  /** Calls the listener once if the GPU is lost, not if it is closed. */
  onGone(listener: (error: GpuError) => void): void {
    if (this.#gone) listener(this.#gone);
    else this.#listeners.push(listener);
  }

  /** Sends the graph's weights in parts and makes a session. A failure leaves other sessions intact. */
  async createSession({ model, externalName, external }: Graph, signal?: Signal): Promise<Session> {
    const session = this.#sessions++;
    await this.#try(() =>
      this.#remote.begin({
        session,
        graph: { model, externalName, external: external.map(({ offset, byteLength }) => ({ offset, byteLength })) },
      }),
    );
    const buffer = new ReusedBuffer();
    for (const { offset, byteLength, write } of external) {
      const bytes = buffer.bytes(byteLength);
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
        // The end of the worker frees all memory.
        if (!this.#gone) await this.#try(() => this.#remote.release({ session }));
      },
    };
  }

  /** Ends the worker. Waiting calls reject. */
  close(): void {
    this.#listeners.length = 0;
    this.#end(new GpuError('closed', 'The GPU was released.'));
  }

  async #run(
    session: number,
    inputs: Readonly<Record<string, Tensor>>,
    outputs: readonly string[],
  ): Promise<Record<string, Tensor>> {
    const given = Object.entries(inputs);
    const largest = given.reduce((most, [, { data }]) => Math.max(most, data.byteLength), 0);
    if (largest > this.port.mostBytes)
      throw new GpuError('too-large', `An input takes ${largest} bytes; at most ${this.port.mostBytes} can be sent.`);
    const run = this.#runs++;
    await Promise.all([
      // Copies, so that views do not carry their whole buffers.
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

  /** Calls the worker. Any failure ends this GPU, since later calls would fail too. */
  async #ask<T>(call: () => Promise<Outcome<T>>, longest = longestCall): Promise<T> {
    try {
      return await this.#try(call, longest);
    } catch (error) {
      throw this.#failed(error instanceof Error ? error.message : String(error));
    }
  }

  /** Calls the worker. A reported failure rejects this call alone. No answer or a malformed one ends this GPU. */
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
      // The answer comes from another page, so its form is checked.
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
