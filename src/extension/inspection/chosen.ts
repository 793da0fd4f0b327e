import type { Engine, Run } from '../../shared/engine';
import type { PanelState } from '../../shared/panel';
import { spaceOf } from '../../shared/sides';
import type { OfRun, TextRequest } from '../../shared/tokens';
import { sendsText } from '../served';
import { NewestTask, type Task } from './newest';
import { hasHidden, type Choice } from './views';
import { patience } from './workingStatus';

/** What is looked at, and the run that it comes from. */
export type Looked = Pick<Chosen, 'choice' | 'run' | 'request'>;

/** The facts, neighbours and prediction of the chosen position and token. */
export class Chosen {
  choice: Choice = { position: null, tokenId: null };
  #run: Run | null = null;
  #request: TextRequest | null = null;
  /** The engine still has the run: it was the last one, and the model was not unloaded since. */
  #isAtHand = false;
  #predicted: { readonly run: Run | null; readonly position: number | null } | null = null;
  readonly #task = new NewestTask();
  /** Runs while the state may show the token of an earlier text. */
  #stale: NodeJS.Timeout | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly state: () => PanelState,
    private readonly change: (change: Partial<PanelState>) => void,
  ) {}

  /** The run that predictions are made from; null until it ends. */
  get run(): Run | null {
    return this.#run;
  }

  /** The request of the run. */
  get request(): TextRequest | null {
    return this.#request;
  }

  /**
   * What questions about the run name: its handle as long as the engine knows it, then its text, which runs again. null
   * if that would send it to a server.
   */
  get ofRun(): OfRun | null {
    if (this.#isAtHand && this.#run?.handle) return { run: this.#run.handle };
    return sendsText(this.state().model) ? null : this.#request;
  }

  /** A run has ended. */
  ran(run: Run, request: TextRequest): void {
    this.#isAtHand = true;
    this.#run = run;
    this.#request = request;
  }

  forgetRun(): void {
    this.#run = this.#request = null;
    this.#isAtHand = false;
  }

  /** The engine has lost the run, whose numbers stay. */
  lost(): void {
    this.#isAtHand = false;
  }

  /**
   * Asks for what the choice needs and is not known yet, and shows it in one change. Resolves without it when a newer
   * choice takes over.
   */
  async show(): Promise<void> {
    const task = this.#task.start();
    const { run, choice } = this;
    const { position } = choice;
    const id = this.#id;
    /** What is known of the token so far: beside the new position, the token before would seem to be chosen by hand. */
    let known: Pick<PanelState, 'token' | 'neighbours'> = { token: null, neighbours: null };
    const late = setTimeout(() => {
      const isNew = position !== this.state().position;
      if (isNew && task.isCurrent()) this.change({ position, ...known, prediction: null });
    }, patience);
    try {
      const beside = Promise.all([this.#facts(id, task), this.#neighbours(id, task)]).then(
        ([token, neighbours]) => (known = { token, neighbours }),
      );
      const [, prediction] = await task.keep(Promise.all([beside, this.#prediction(position, task)]));
      this.#predicted = { run, position };
      clearTimeout(this.#stale);
      this.change({ position, ...known, prediction });
    } catch (error) {
      if (task.isCurrent()) throw error;
    } finally {
      clearTimeout(late);
      task.end();
    }
  }

  /** The chosen token; null if none is. Without matrices nothing is known of a token but its place in the text. */
  get #id(): number | null {
    const { position, tokenId } = this.choice;
    const { model, text } = this.state();
    const own = position === null ? undefined : text?.tokens[position]?.id;
    return model?.sizes === null ? null : (tokenId ?? own ?? null);
  }

  /**
   * Another text is shown, to which nothing that was asked for belongs. The token before goes if the new one is not
   * known soon: it would seem to be chosen by hand.
   */
  textChanged(): void {
    this.cancel();
    clearTimeout(this.#stale);
    this.#stale = setTimeout(() => {
      const { token } = this.state();
      if (token && token.token.id !== this.#id) this.change({ token: null, neighbours: null });
    }, patience);
  }

  /** Shows the prediction at the chosen position alone. `show` then adds the rest. */
  async showPrediction(): Promise<void> {
    const task = this.#task.start();
    const { run, choice } = this;
    try {
      const prediction = await task.keep(this.#prediction(choice.position, task));
      this.#predicted = { run, position: choice.position };
      this.change({ position: choice.position, prediction });
    } catch (error) {
      if (task.isCurrent()) throw error;
    } finally {
      task.end();
    }
  }

  /** Takes over a choice whose numbers are in the state already, with their run. */
  takeOver({ choice, run, request }: Looked): void {
    clearTimeout(this.#stale);
    this.choice = choice;
    this.#run = run;
    this.#request = request;
    this.#isAtHand = false;
    this.#predicted = { run, position: choice.position };
  }

  cancel(): void {
    this.#task.cancel();
  }

  async #facts(id: number | null, { signal }: Task) {
    if (id === null) return null;
    const known = this.state().token;
    return known?.token.id === id ? known : this.engine.token(id, { signal });
  }

  async #neighbours(id: number | null, { signal }: Task) {
    if (id === null) return null;
    const {
      neighbours: known,
      options: { centred, neighbours: count },
    } = this.state();
    const space = spaceOf(this.state()) ?? undefined;
    const isKnown =
      known?.query.id === id &&
      known.centred === centred &&
      known.space === space &&
      known.lists.dot.length === this.#listLength(count);
    return isKnown ? known : this.engine.neighbours({ id, centred, count, ...(space && { space }) }, { signal });
  }

  /** The length of a list of `count` entries: the engine lists no more than the vocabulary has. */
  #listLength(count: number): number {
    return Math.min(count, this.state().model?.vocabulary ?? count);
  }

  async #prediction(position: number | null, { signal }: Task) {
    const {
      options: { top: count },
      ...known
    } = this.state();
    const isKnown =
      this.#predicted?.run === this.run && this.#predicted.position === position && known.position === position;
    if (isKnown && known.prediction?.top.length === this.#listLength(count)) return known.prediction;
    const of = this.ofRun;
    if (!hasHidden(this.run, position)) return null;
    if (!of) return known.position === position ? known.prediction : null;
    return this.engine.prediction({ ...of, position, count }, { signal });
  }
}
