import type { Deadline } from './deadline';

/**
 * A cache of answers that never change; the least recently used is dropped first. It asks one question at a time: while
 * a run keeps the engine busy, hovers over many tokens must not queue up behind it.
 */
export class AnswerCache<Question, Answer> {
  /** The latest used last. */
  #answers = new Map<string, Answer>();
  #asking: Promise<void> | null = null;

  /**
   * @param most answers that are kept
   * @param keyOf equal keys have equal answers
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

  /** As `known`, without counting as a use. */
  has(question: Question): boolean {
    return this.#answers.has(this.keyOf(question));
  }

  /** Asks unless something is being asked already; whether the answer came. Never rejects. */
  async fetch(question: Question): Promise<boolean> {
    if (this.#asking !== null) return false;
    this.#asking = this.#begin(question);
    await this.#asking;
    return this.has(question);
  }

  /**
   * null where the answer fails or does not come in time; one that was asked for is kept when it comes. Never rejects.
   */
  async inTime(question: Question, deadline: Deadline): Promise<Answer | null> {
    while (this.known(question) === null && !deadline.over) {
      const own = this.#asking === null;
      this.#asking ??= this.#begin(question);
      await deadline.wait(this.#asking);
      if (own) break;
    }
    return this.known(question);
  }

  /** The answers belong to a model that is no longer asked. */
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
