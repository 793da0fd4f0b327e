import type { GpuPort } from '../../../src/engine/backends/gpu/port';
import type { Adapter } from '../../../src/engine/backends/gpu/protocol';
import { serveGpu } from '../../../src/engine/backends/gpu/serve';
import type { Session, Tensor } from '../../../src/engine/backends/onnx/runtime';
import type { GpuEnd } from '../../../src/shared/gpu';
import { onnxSession } from './onnxSession';

export interface FakeGpu {
  readonly adapter?: Adapter | null;
  /** Changes what a run gives. */
  readonly spoil?: (outputs: Record<string, Tensor>) => void;
  readonly mostBytes?: number;
  /** How often every run is made. */
  readonly times?: number;
}

/** The GPU's worker in this process, on the runtime's WASM: everything is as with a GPU but for the kernels. */
export class FakeGpuWorker {
  /** Runs that were asked for. */
  runs = 0;
  closed = 0;
  /** Sessions that were given back. */
  released = 0;
  /** Is asked before each run and each session; what throws fails. */
  beforeRun: (run: number) => unknown = () => undefined;
  beforeSession: (session: number) => unknown = () => undefined;
  #sessions = 0;
  #lose: () => void = () => undefined;
  #ended: ((why: GpuEnd) => void)[] = [];

  constructor(private readonly fake: FakeGpu = {}) {}

  readonly open = (): GpuPort => {
    const toWorker: ((message: unknown) => void)[] = [];
    const toEngine: ((message: unknown) => void)[] = [];
    // Only what can be cloned crosses, and views cross with the whole of their buffer.
    const post =
      (listeners: ((message: unknown) => void)[]) =>
      (message: unknown, transfer: ArrayBuffer[] = []) => {
        const copy: unknown = structuredClone(message, { transfer });
        queueMicrotask(() => listeners.forEach((listener) => listener(copy)));
      };
    const { adapter = { name: 'fake', software: false }, spoil, mostBytes = Infinity } = this.fake;
    const lost = new Promise<void>((resolve) => (this.#lose = resolve));
    serveGpu(
      { post: post(toEngine), onMessage: (listener) => void toWorker.push(listener) },
      {
        adapter: () => Promise.resolve(adapter),
        createSession: async (graph) => {
          this.beforeSession(this.#sessions++);
          const session = await onnxSession(graph);
          const release = () => {
            this.released++;
            return session.release();
          };
          return { run: (inputs, outputs) => this.#run(session, inputs, outputs, spoil), release };
        },
        lost: () => lost,
      },
    );
    this.#ended = [];
    return {
      post: post(toWorker),
      onMessage: (listener) => void toEngine.push(listener),
      onEnd: (listener) => void this.#ended.push(listener),
      close: () => void this.closed++,
      mostBytes,
    };
  };

  /** As when the driver is reset. */
  lose(): never {
    this.#lose();
    throw new Error('The device is gone.');
  }

  end(why: GpuEnd): void {
    for (const listener of this.#ended) listener(why);
  }

  async #run(
    session: Session,
    inputs: Readonly<Record<string, Tensor>>,
    outputs: readonly string[],
    spoil: FakeGpu['spoil'],
  ): Promise<Record<string, Tensor>> {
    this.beforeRun(this.runs++);
    for (let again = 1; again < (this.fake.times ?? 1); again++) await session.run(inputs, outputs);
    const found = await session.run(inputs, outputs);
    spoil?.(found);
    return found;
  }
}
