import type { CancellationToken, Disposable } from 'vscode';

/** Ends after the given milliseconds, or when the caller cancels. Must be disposed of. */
export class Deadline {
  #over = false;
  #end: () => void = () => undefined;
  readonly #ended = new Promise<void>((resolve) => (this.#end = resolve));
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #listening: Disposable;

  constructor(milliseconds: number, cancellation: Pick<CancellationToken, 'onCancellationRequested'>) {
    this.#timer = setTimeout(() => this.dispose(), milliseconds);
    this.#listening = cancellation.onCancellationRequested(() => this.dispose());
  }

  get over(): boolean {
    return this.#over;
  }

  /** Resolves when the work is done or the deadline ends, whichever comes first. The work must not reject. */
  async wait(work: Promise<void>): Promise<void> {
    await Promise.race([work, this.#ended]);
  }

  dispose(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#listening.dispose();
    this.#end();
  }
}

/**
 * A cache of answers that never change; the least recently used is dropped first. It asks one question at a time: while
 * a run keeps the engine busy, hovers over many tokens must not queue up behind it.
 */
export class AnswerCache<Question, Answer> {
  /** In the order of their last use, the oldest first. */
  #answers = new Map<string, Answer>();
  #asking: Promise<void> | null = null;

  /**
   * @param most the number of answers to keep
   * @param keyOf equal keys must have equal answers
   */
  constructor(
    private readonly most: number,
    private readonly keyOf: (question: Question) => string,
    private readonly ask: (question: Question) => Promise<Answer>,
  ) {}

  known(question: Question): Answer | null {
    const key = this.keyOf(question);
    const answer = this.#answers.get(key);
    if (answer === undefined) return null;
    this.#keep(this.#answers, key, answer);
    return answer;
  }

  /** Whether an answer is known. Does not count as a use. */
  has(question: Question): boolean {
    return this.#answers.has(this.keyOf(question));
  }

  /** Asks, unless another question is pending. Returns whether the answer is known. Never rejects. */
  async fetch(question: Question): Promise<boolean> {
    if (this.#asking !== null) return false;
    this.#asking = this.#begin(question);
    await this.#asking;
    return this.has(question);
  }

  /** `null` if the question fails or the time runs out. A late answer is still kept. Never rejects. */
  async inTime(question: Question, deadline: Deadline): Promise<Answer | null> {
    while (this.known(question) === null && !deadline.over) {
      const own = this.#asking === null;
      this.#asking ??= this.#begin(question);
      await deadline.wait(this.#asking);
      if (own) break;
    }
    return this.known(question);
  }

  /** Drops all answers: they belong to another model. */
  forget(): void {
    this.#answers = new Map();
  }

  async #begin(question: Question): Promise<void> {
    const answers = this.#answers;
    try {
      this.#keep(answers, this.keyOf(question), await this.ask(question));
    } catch {
      // An unloaded model or a lost worker is reported elsewhere, not under the mouse.
    } finally {
      this.#asking = null;
    }
  }

  #keep(answers: Map<string, Answer>, key: string, answer: Answer): void {
    answers.delete(key);
    answers.set(key, answer);
    const [oldest] = answers.keys();
    if (answers.size > this.most && oldest !== undefined) answers.delete(oldest);
  }
}
