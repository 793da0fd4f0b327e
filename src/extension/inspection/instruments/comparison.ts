import type { OtherModel, OtherRequest, TextInBoth } from '../../../shared/both';
import type { Progress } from '../../../shared/engine';
import { EngineError, isCancelled } from '../../../shared/errors';
import { noBoth, type BothView } from '../../../shared/instruments';
import type { Colouring, PanelState } from '../../../shared/panel';
import type { Side } from '../../../shared/sides';
import type { TextRequest } from '../../../shared/tokens';
import { NewestTask, type Task } from '../newest';
import { Part, type AnswerOf, type Asked, type PartName } from './bothPart';
import { ComparedTexts } from './comparedTexts';
import type { InstrumentContext, Sight } from './instrument';

/** Rows that are listed as the most turned, and as the most resized. */
const listedRows = 10;
/** Milliseconds between two reports of progress. */
const between = 100;

/** A second model that was loaded, with what loads it again. */
interface Held {
  readonly request: OtherRequest;
  /** What a person calls it. */
  readonly name: string;
  readonly other: OtherModel;
}

/** The second model, and what is asked about both. Nothing that fails here ends work on the loaded model. */
export class Comparison {
  readonly #context: InstrumentContext;
  readonly #loading = new NewestTask();
  readonly #parts: readonly { refresh(): Promise<void> }[];
  /** Whether the second model waits for the first. */
  #waits = false;
  /** The matrices that were in sight last. */
  readonly #matrices: Record<'rows' | 'neighbours', Side> = { rows: 'output', neighbours: 'output' };
  /** The text that the two were asked to run in turn. */
  #inTurn: TextRequest | null = null;
  /** The work that `working` tells of. */
  #work: object | null = null;
  /** What the tokens were coloured by before the difference. */
  #colouring: Colouring;
  /** The second model that was loaded last; null once the comparison has ended. */
  #held: Held | null = null;
  /** The second model that went with the first, and comes back with it. */
  #gone: Held | null = null;
  /** Whether the failure that is shown is one of a question: what failed would fail again. */
  #failed = false;
  /** Whether the failure that is shown says that the comparison has ended. */
  #saysEnded = false;
  readonly #texts = new ComparedTexts();

  constructor(
    context: InstrumentContext,
    private readonly sight: Sight,
  ) {
    this.#context = { ...context, report: (error) => this.#report(error) };
    this.#colouring = context.state().options.colouring;
    const mayAsk = () => this.#context.isReady() && !this.#failed;
    const part = <N extends PartName>(name: N, asked: (state: PanelState) => Asked<AnswerOf<N>> | null) =>
      new Part(name, this.#context, mayAsk, asked, (value) => this.#show(name, value));
    // The engine answers in this order, and a text may take a hundred times as long as the rest.
    this.#parts = [
      part('rows', (state) => this.#askedRows(state)),
      part('neighbours', (state) => this.#askedNeighbours(state)),
      part('text', (state) => this.#askedText(state)),
      part('position', (state) => this.#askedPosition(state)),
    ];
  }

  /** The path of the second model; null if there is none. */
  get path(): string | null {
    return (this.#both.other && this.#held?.request.path) ?? null;
  }

  /** What is known of a text in the loaded model and the second one; null if nothing is. */
  textOf(request: TextRequest): TextInBoth | null {
    const { other } = this.#both;
    return other && this.#texts.find(other, request);
  }

  /**
   * Loads a model beside the loaded one, which is loaded first if there is none. `name` is what a person calls it. If
   * that fails, the second model before it is loaded again: memory may not hold three.
   */
  async load(request: OtherRequest, name: string): Promise<void> {
    const { ready, state } = this.#context;
    const task = this.#loading.start();
    const before = this.#held;
    this.#gone = null;
    this.#failed = this.#saysEnded = false;
    const { tell, done } = this.#begin('loading', name, noBoth);
    await this.refresh();
    this.#waits = true;
    try {
      await task.keep(ready());
      this.#waits = false;
      const other = await task.keep(this.#loadOther(request, task, tell));
      this.#held = { request, name, other };
      // In one change: in between there would seem to be no comparison.
      done({ other });
      await this.refresh();
    } catch (error) {
      if (!task.isCurrent()) return;
      const failure = this.#failureOf(error);
      if (before && before === this.#held && state().loaded && failure.failure !== undefined)
        return await this.#bringBack(before, failure, task);
      this.#held = null;
      done(failure);
      this.#fallBack();
    } finally {
      task.end();
    }
  }

  /** Loads a model again that the engine has released for one that could not be loaded. */
  async #bringBack(before: Held, failure: Partial<BothView>, task: Task): Promise<void> {
    const { tell, done } = this.#begin('loading', before.name, failure);
    try {
      await task.keep(this.#loadOther(before.request, task, tell));
      done({ other: before.other });
      await this.refresh();
    } catch (error) {
      if (!task.isCurrent()) return;
      this.#held = null;
      done(this.#failureOf(error));
      this.#fallBack();
    }
  }

  #loadOther(request: OtherRequest, { signal }: Task, onProgress: (progress: Progress) => void): Promise<OtherModel> {
    return this.#context.engine.loadOther(request, { signal, onProgress });
  }

  /** Runs the text in both, one after the other. */
  async runInTurn(): Promise<void> {
    this.#inTurn = this.#context.request();
    this.#failed = false;
    this.#change({ failure: null });
    await this.refresh();
  }

  /** Stops the work that is under way. A second model that is there stays where it can be of use. */
  async cancel(): Promise<void> {
    const { working, other } = this.#both;
    if (!working) return;
    if (other?.runs !== 'inTurn') return this.end();
    this.#inTurn = null;
    await this.refresh();
  }

  /** Releases the second model. */
  async end(): Promise<void> {
    const { loaded } = this.#context.state();
    const isHeld = this.#both.other !== null || this.#loading.busy;
    this.#loading.cancel();
    await this.#forget();
    // An engine without a model holds no second one either.
    if (loaded && isHeld) await this.#context.engine.releaseOther({}).catch((error: unknown) => this.#report(error));
  }

  /** The numbers come from another model. */
  async modelChanged(): Promise<void> {
    if (this.#waits && this.#loading.busy) {
      // What was known of the second model before was known beside another first.
      this.#held = null;
      return;
    }
    const ended = this.#both.other ? this.#held : this.#gone;
    await this.end();
    if (!ended || this.#loading.busy) return;
    this.#saysEnded = true;
    this.#change({ failure: this.#context.comparisonEnded(ended.name) });
  }

  /** The engine has no model any more, and has ended a load that was under way. */
  async unloaded(): Promise<void> {
    const { other, working } = this.#both;
    if (!other) return;
    const gone = this.#held;
    await this.#forget(() => {
      // The engine may have ended because the two models were too much for it.
      if (!working) this.#gone = gone;
    });
  }

  /** The engine may have the same model again. Its predictions come first. */
  async loadedAgain(): Promise<void> {
    const gone = this.#gone;
    if (gone && this.#context.isReady()) await this.load(gone.request, gone.name);
  }

  /** Asks for what is in sight and not known. */
  async refresh(): Promise<void> {
    const { options } = this.#context.state();
    if (options.colouring !== 'difference') this.#colouring = options.colouring;
    if (this.#inTurn !== this.#context.request()) this.#inTurn = null;
    const { bothRows, bothNeighbours } = this.sight.now;
    if (bothRows) this.#matrices.rows = bothRows.matrix;
    if (bothNeighbours) this.#matrices.neighbours = bothNeighbours.matrix;
    await Promise.all(this.#parts.map((part) => part.refresh()));
  }

  /**
   * An inspection is shown, of another text or of the same, `differs`: a failure that belongs to the former one says
   * nothing about it.
   */
  textChanged(differs: boolean): void {
    const { other, failure } = this.#both;
    if (failure === null || !(other || (this.#saysEnded && differs))) return;
    this.#failed = this.#saysEnded = false;
    this.#change({ failure: null });
  }

  get #both(): BothView {
    return this.#context.state().both;
  }

  #askedText({ model, run, options, both: { other } }: PanelState): Asked<TextInBoth> | null {
    const request = this.#context.request();
    if (!other || other.runs === 'none' || !request || !run || !model?.trunk) return null;
    const { top: count, colouring } = options;
    const isInSight = this.sight.now.both === true || colouring === 'difference';
    return {
      key: [other, request],
      isWanted: isInSight && (other.runs === 'together' || this.#inTurn === request),
      // Models that run in turn know the positions of their last text alone.
      known: other.runs === 'together' ? this.#texts.find(other, request) : null,
      ask: async (signal) => {
        const { tell, done } = this.#begin('running', other.info.name);
        signal.addEventListener('abort', () => done());
        try {
          const text = await this.#context.engine.textInBoth({ ...request, count }, { signal, onProgress: tell });
          this.#texts.keep(other, request, text);
          return text;
        } catch (error) {
          // The engine is gone, and this request with it: nobody else would say that the second model was too much.
          if (error instanceof EngineError && error.code === 'worker-lost') this.#report(error);
          throw error;
        } finally {
          done();
        }
      },
    };
  }

  #askedPosition({ position, options, both: { text } }: PanelState): Asked<AnswerOf<'position'>> | null {
    const of = this.#context.ofRun();
    if (!of || position === null || text?.kind !== 'same' || position >= text.length) return null;
    const { top: count } = options;
    return {
      key: [text, position, count],
      isWanted: this.sight.now.both,
      ask: (signal) => this.#context.engine.positionInBoth({ ...of, position, count }, { signal }),
    };
  }

  #askedRows({ text, both: { other } }: PanelState): Asked<AnswerOf<'rows'>> | null {
    if (!other?.sameVocabulary) return null;
    const matrix = this.#matrices.rows;
    return {
      key: [other, text, matrix],
      isWanted: this.sight.now.bothRows,
      // Most of it does not depend on the text.
      stays: (rows) => rows.matrix === matrix,
      ask: (signal) => {
        const ids = [...new Set(text?.tokens.map(({ id }) => id))];
        return this.#context.engine.rowsInBoth({ matrix, count: listedRows, ids }, { signal });
      },
    };
  }

  #askedNeighbours({ token, options, both: { other } }: PanelState): Asked<AnswerOf<'neighbours'>> | null {
    if (!other?.sameVocabulary || !token) return null;
    const { neighbours: count } = options;
    const request = { id: token.token.id, matrix: this.#matrices.neighbours, count };
    return {
      key: [other, ...Object.values(request)],
      isWanted: this.sight.now.bothNeighbours,
      ask: (signal) => this.#context.engine.neighboursInBoth(request, { signal }),
    };
  }

  /** Shows work, with progress, until `done` is called or other work begins. */
  #begin(what: 'loading' | 'running', name: string, besides: Partial<BothView> = {}) {
    const work = {};
    this.#work = work;
    this.#change({ ...besides, working: { what, name, fraction: null } });
    let told = -Infinity;
    return {
      tell: ({ fraction }: { readonly fraction: number }) => {
        // Every change posts all that is known of both.
        if (this.#work !== work || performance.now() - told < between) return;
        told = performance.now();
        this.#change({ working: { what, name, fraction } });
      },
      done: (besides: Partial<BothView> = {}) => {
        if (this.#work !== work) return;
        this.#work = null;
        this.#change({ ...besides, working: null });
      },
    };
  }

  #show<N extends PartName>(name: N, value: BothView[N]): void {
    this.#change({ [name]: value });
    // What is asked about a position depends on the text.
    if (name === 'text') void this.refresh();
  }

  /** `then` is done before anything else hears of it. */
  async #forget(then = () => {}): Promise<void> {
    this.#work = this.#inTurn = this.#held = this.#gone = null;
    this.#failed = this.#saysEnded = false;
    then();
    if (this.#both !== noBoth) this.#context.change({ both: noBoth });
    this.#fallBack();
    await this.refresh();
  }

  /** Without a second model the tokens are coloured as before. */
  #fallBack(): void {
    const { options } = this.#context.state();
    if (options.colouring === 'difference')
      this.#context.change({ options: { ...options, colouring: this.#colouring } });
  }

  #failureOf(error: unknown): Partial<BothView> {
    return isCancelled(error) ? {} : { failure: this.#context.failedOther(error) };
  }

  #report(error: unknown): void {
    const failure = this.#failureOf(error);
    if (failure.failure !== undefined) this.#failed = true;
    this.#change(failure);
  }

  #change(change: Partial<BothView>): void {
    this.#context.change({ both: { ...this.#both, ...change } });
  }
}
