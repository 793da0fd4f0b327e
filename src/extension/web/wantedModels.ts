import { buffersOf } from '../../shared/buffers';
import { EngineError } from '../../shared/errors';
import type { GivenModel, ModelAnswer } from '../../shared/webWorker';

/**
 * Reads all files of a model. Rejects with an `EngineError` if that fails, and with `EngineError('cancelled')` if the
 * model is no longer wanted.
 */
export type ReadModel = (path: string, isWanted: () => boolean) => Promise<GivenModel>;

/** Reads the model files that the engine's worker requests and transfers them, so this side keeps no copy. */
export class WantedModels {
  /** The port that waits for each path being read; `null` once its caller gave up. */
  readonly #waiting = new Map<string, MessagePort | null>();

  /** The signal is aborted when the worker ends. */
  constructor(
    private readonly ended: AbortSignal,
    private readonly read: ReadModel,
  ) {}

  /**
   * Always answers the port while the worker lives, and never rejects. If a path is requested again during the read,
   * only the newest request gets the bytes, since they can be transferred once; the earlier one is cancelled. Any
   * message from the port cancels its request.
   */
  async give(path: string, port: MessagePort): Promise<void> {
    const before = this.#waiting.get(path);
    this.#waiting.set(path, port);
    port.onmessage = () => this.#giveUp(path, port);
    if (before) send(before, refused(new EngineError('cancelled', 'The model was requested again.')));
    // The model is already being read.
    if (before !== undefined) return;
    const isWanted = () => !this.ended.aborted && this.#waiting.get(path) !== null;
    const answer = await this.read(path, isWanted).catch(refused);
    const newest = this.#waiting.get(path);
    this.#waiting.delete(path);
    if (this.ended.aborted) newest?.close();
    else if (newest) send(newest, answer);
  }

  #giveUp(path: string, port: MessagePort): void {
    if (this.#waiting.get(path) !== port) return;
    this.#waiting.set(path, null);
    send(port, refused(new EngineError('cancelled', 'The wait for the model was cancelled.')));
  }
}

function send(port: MessagePort, answer: ModelAnswer): void {
  try {
    port.postMessage(answer, buffersOf(answer));
  } catch (error) {
    port.postMessage(refused(error));
  }
}

function refused(error: unknown): ModelAnswer {
  const { code, message } =
    error instanceof EngineError
      ? error
      : new EngineError(
          'internal',
          `The model's files could not be read: ${error instanceof Error ? error.name : 'without a reason'}.`,
        );
  return { refused: { code, message } };
}
