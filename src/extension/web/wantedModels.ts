import { buffersOf } from '../../shared/buffers';
import { EngineError } from '../../shared/errors';
import type { ModelAnswer } from '../../shared/webWorker';
import { readModel } from './modelFiles';

/**
 * Reads the models that the engine's worker asks for, and moves their files there, so that nothing of them stays here.
 */
export class WantedModels {
  /** Who waits for what is being read now, by its path; null where nobody does any more. */
  readonly #waiting = new Map<string, MessagePort | null>();

  /** The signal tells of the worker's end. */
  constructor(private readonly ended: AbortSignal) {}

  /**
   * Answers to the port, come what may, while there is a worker; never rejects. What is asked for again while it is
   * read goes to the newest alone: its bytes can be moved once, and who asked before has given up. Any message from the
   * port gives up too.
   */
  async give(path: string, port: MessagePort): Promise<void> {
    const before = this.#waiting.get(path);
    this.#waiting.set(path, port);
    port.onmessage = () => this.#giveUp(path, port);
    if (before) send(before, refused(new EngineError('cancelled', 'The model was asked for again.')));
    // It is being read.
    if (before !== undefined) return;
    const isWanted = () => !this.ended.aborted && this.#waiting.get(path) !== null;
    const answer = await readModel(path, isWanted).catch(refused);
    const newest = this.#waiting.get(path);
    this.#waiting.delete(path);
    if (this.ended.aborted) newest?.close();
    else if (newest) send(newest, answer);
  }

  #giveUp(path: string, port: MessagePort): void {
    if (this.#waiting.get(path) !== port) return;
    this.#waiting.set(path, null);
    send(port, refused(new EngineError('cancelled', 'The model is no longer waited for.')));
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
