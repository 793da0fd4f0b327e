import type { Pushed } from '../../../shared/attention';
import type { Contrasts } from '../../../shared/contrasts';
import { isCancelled } from '../../../shared/errors';
import type { InView } from '../../../shared/instruments';
import type { PanelState, RunView } from '../../../shared/panel';
import type { HowRead } from '../../../shared/place';
import type { OfRun, TextRequest } from '../../../shared/tokens';
import type { KeptVectors } from '../keptVectors';
import { NewestTask } from '../newest';
import type { DocumentContext } from './wholeDocument';

export type Reading = HowRead & Pick<TextRequest, 'text'>;

/** The parts that an instrument works with. */
export interface InstrumentContext extends DocumentContext {
  readonly keptVectors: KeptVectors;
  /** The request of the state's run; null if there is none. */
  request(): TextRequest | null;
  /** What questions about that run name; null if it cannot be asked about. */
  ofRun(): OfRun | null;
  /** The inspected text and how it is read, without its context; null if there is none. */
  reading(): Reading | null;
  /** The model that the numbers come from is in memory, no other is wanted, and no inspection is under way. */
  isReady(): boolean;
  /** A token is chosen, null for the position's own. */
  chooseToken(id: number | null): void;
  /** A position that was run is chosen. */
  choosePosition(position: number): void;
  /** Shows the position of the first example, unless the user has chosen one. Never rejects. */
  chooseExample(contrasts: Contrasts): Promise<void>;
  /** Shows a failure; ignores a cancellation. */
  report(error: unknown): void;
  /** As `failed`, of the second model, which the settings do not name. */
  failedOther(error: unknown): string;
  /** A sentence for a person: the comparison with the model of this name has ended, since the first one is another. */
  comparisonEnded(name: string): string;
}

/** The parts of the page that are in sight. */
export interface Sight {
  readonly now: InView;
}

/** Asks once for each key. A request with another key replaces the one before. */
export class KeyedRequest {
  readonly #task = new NewestTask();
  #key: readonly unknown[] | null = null;

  constructor(private readonly context: Pick<InstrumentContext, 'isReady' | 'report'>) {}

  /**
   * Does the work and shows its result, unless work with the same key is under way or its result is still there. A
   * failure is forgotten, so that the same key can be asked for again.
   */
  async once<T>(
    key: readonly unknown[],
    isThere: boolean,
    work: (signal: AbortSignal) => Promise<T>,
    show: (value: T) => void,
  ): Promise<void> {
    if (this.#key && same(key, this.#key) && (isThere || this.#task.busy)) return;
    this.#key = key;
    const task = this.#task.start();
    try {
      const value = await persistently(
        () => work(task.signal),
        () => task.isCurrent() && this.context.isReady(),
      );
      if (task.isCurrent()) show(value);
    } catch (error) {
      if (!task.isCurrent()) return;
      this.#key = null;
      this.context.report(error);
    } finally {
      task.end();
    }
  }

  /** Whether this key was asked for last. */
  isFor(key: readonly unknown[]): boolean {
    return this.#key !== null && same(key, this.#key);
  }

  /** Cancels a request that is under way; an answer that has come stays. */
  stop(): void {
    if (this.#task.busy) this.forget();
  }

  forget(): void {
    this.#task.cancel();
    this.#key = null;
  }
}

type WithRun = PanelState & { readonly run: RunView };

/** What one instrument asks about the text, and where the answer goes. */
export interface Question<T> {
  /** Truthy if the answer is in sight, or wanted for another reason. */
  isWanted(sight: InView, state: PanelState): unknown;
  shown(state: PanelState): T | null;
  show(answer: T | null): void;
  /** null if nothing is asked now. */
  asked(state: WithRun, request: TextRequest): Asked<T> | null;
}

export interface Asked<T> {
  /** What the answer depends on beside the run: with the same key it is asked once. */
  readonly key: readonly unknown[];
  /** An answer from before, which is shown without asking. */
  readonly known?: T | undefined;
  /** Whether an answer that is shown belongs here. One of another place must not stand under this one's name. */
  fits(answer: T): boolean;
  ask(of: OfRun, signal: AbortSignal): Promise<T>;
}

/** A question about the chosen position, which is asked if that was run. */
export const atPosition =
  <T extends { readonly position: number }>(
    asked: (state: WithRun & { readonly position: number }) => Omit<Asked<T>, 'fits'> | null,
  ): Question<T>['asked'] =>
  (state) => {
    const { position, run } = state;
    const question = position !== null && position < run.length ? asked({ ...state, position }) : null;
    return (
      question && { ...question, key: [position, ...question.key], fits: (answer) => answer.position === position }
    );
  };

/**
 * The token whose logit is taken apart: one that was chosen elsewhere than in the text, else the likeliest; and the one
 * that it is compared with.
 */
export function pushedOf({ position, text, token, against }: PanelState): Pushed {
  const own = position === null ? undefined : text?.tokens[position]?.id;
  const output = token && token.token.id !== own ? token.token.id : undefined;
  return {
    ...(output !== undefined && { output }),
    ...(against !== null && { against }),
  };
}

/** Asks one question about the text anew whenever the state or what is in sight changes. */
export class Instrument<T> {
  readonly #request: KeyedRequest;

  constructor(
    private readonly context: InstrumentContext,
    private readonly sight: Sight,
    private readonly question: Question<T>,
  ) {
    this.#request = new KeyedRequest(context);
  }

  async refresh(): Promise<void> {
    const { context, question } = this;
    const [state, request] = [context.state(), context.request()];
    const { run } = state;
    const asked = request && run && question.asked({ ...state, run }, request);
    const shown = question.shown(state);
    const isThere = shown !== null && asked !== null && asked.fits(shown);
    const known = asked?.known ?? null;
    if (!isThere && shown !== known) question.show(known);
    if (!asked) return this.forget();
    const of = context.ofRun();
    if (known || !of || !context.isReady() || !question.isWanted(this.sight.now, state)) return this.#request.stop();
    await this.#request.once(
      [request, ...asked.key],
      isThere,
      (signal) => asked.ask(of, signal),
      (answer) => question.show(answer),
    );
  }

  forget(): void {
    this.#request.forget();
  }
}

/** Repeats work that was cancelled by another's run, while it is wanted. */
export async function persistently<T>(work: () => Promise<T>, isWanted: () => boolean): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isCancelled(error) || !isWanted()) throw error;
    }
  }
}

export const same = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, index) => Object.is(value, b[index]));
