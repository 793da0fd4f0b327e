import { buffersOf } from '../../shared/buffers';
import { EngineError } from '../../shared/errors';
import type { ModelAnswer } from '../../shared/webWorker';
import { readModel } from './modelFiles';

/** Reads the models that the engine's worker asks for, and moves their files there, so that nothing of them stays here. */
export class WantedModels {
  /** Who waits for what is being read now, by its path. */
  readonly #waiting = new Map<string, MessagePort>();

  /**
   * Answers to the port, come what may; never rejects. What is asked for again while it is read goes to the newest alone: its bytes can be
   * moved once, and who asked before has given up.
   */
  async give(path: string, port: MessagePort): Promise<void> {
    const before = this.#waiting.get(path);
    this.#waiting.set(path, port);
    if (before) return send(before, refused(new EngineError('cancelled', 'The model was asked for again.')));
    const answer = await readModel(path).catch(refused);
    const newest = this.#waiting.get(path);
    this.#waiting.delete(path);
    if (newest) send(newest, answer);
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
  const { code, message } = error instanceof EngineError ? error : new EngineError('internal', `The model's files could not be read: ${error instanceof Error ? error.name : 'without a reason'}.`);
  return { refused: { code, message } };
}
