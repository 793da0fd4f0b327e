import type { Backend } from '../../shared/backend';
import type { Engine, LoadRequest, Progress, Run } from '../../shared/engine';
import { EngineError, isCancelled } from '../../shared/errors';
import { predicts } from '../../shared/model';
import type { Failure, PanelOptions, PanelState, PanelStatus } from '../../shared/panel';
import type { TextView } from '../../shared/place';
import { serverPlace } from '../../shared/servedName';
import type { TextRequest } from '../../shared/tokens';
import { sendsText } from '../served';
import type { Chosen } from './chosen';
import { TrackedText, type Inspected } from './inspected';
import type { Inspections } from './inspections';
import type { Instruments } from './instruments/instruments';
import { notDownloaded, notSent, type ModelInUse, type ModelSource } from './modelInUse';
import { NewestTask, type Task } from './newest';
import { keyOf, sourceOf, textRequest, type Place, type Subject } from './subject';
import { kept, lastPosition, mostDrawn, runView, samePosition, textView, type Choice } from './views';
import type { WorkingStatus } from './workingStatus';

/** What inspections ask of the editor. */
export interface Surroundings extends ModelSource {
  /** The text that stands at a place now; rejects with a sentence if the place is gone. */
  read(place: Place): Promise<Subject>;
  /** Whether the user chose this server in a window of this workspace, or agreed to send text to it. */
  isAgreed(address: string): boolean;
  /** The user agrees to send text to this server. */
  agree(address: string): void;
  /** Logs a failure, tells the user if necessary, and returns what the panel says of it. */
  failed(error: unknown): Failure;
}

/** What an inspection works with. */
export interface InspectionParts {
  readonly engine: Engine;
  readonly surroundings: Surroundings;
  readonly status: WorkingStatus;
  readonly model: ModelInUse;
  readonly inspected: Inspected;
  readonly inspections: Inspections;
  readonly chosen: Chosen;
  readonly instruments: Instruments;
  state(): PanelState;
  change(change: Partial<PanelState>): void;
  /** Ends all work, inspections included. */
  endWork(): void;
}

/** How an inspection came about. */
export interface Cause {
  /** Asks for the download of a model where one is needed, as in `ModelInUse.load`. */
  readonly asks: boolean;
  /** The user asked for it, so its text may be sent to a server. */
  readonly byUser: boolean;
}
/** The user asked for this inspection. */
export const byUser: Cause = { asks: true, byUser: true };
/** The window was loaded again. */
export const byReload: Cause = { asks: false, byUser: false };
/** Something else changed than the text: the model, or a setting. */
const byItself: Cause = { asks: true, byUser: false };

/** Inspects one text at a time: loads the model, cuts the text into tokens and runs it. The newest inspection wins. */
export class Inspecting {
  readonly #inspecting = new NewestTask();
  readonly #reading = new NewestTask();
  /** The backend of the layers as far as it is known, and how often it has changed. */
  #backend: { readonly name: Backend; readonly changes: number } = { name: 'wasm', changes: 0 };

  /** What an inspection that has shown no tokens was to choose, for the next try. */
  #intended: ((text: TextView) => Choice) | null = null;
  #held: Subject | null = null;

  constructor(private readonly parts: InspectionParts) {}

  get busy(): boolean {
    return this.#inspecting.busy;
  }

  /** Whether a text is being read for an inspection. */
  get reading(): boolean {
    return this.#reading.busy;
  }

  cancel(): void {
    this.#inspecting.cancel();
    this.#reading.cancel();
  }

  cancelReading(): void {
    this.#reading.cancel();
  }

  /** The layers run on this backend from now on; the same text gives other numbers then. */
  runsOn(backend: Backend): void {
    if (backend !== this.#backend.name) this.#backend = { name: backend, changes: this.#backend.changes + 1 };
  }

  /** Whether the shown text is inspected again with the model that was chosen since. */
  get isDue(): boolean {
    const { inspected, model } = this.parts;
    return inspected.subject !== null && model.isOther && !this.isHeldBack;
  }

  /** Whether the text was held back from a server and was not inspected since. */
  get holds(): boolean {
    return this.#held !== null && this.#held === this.parts.inspected.subject;
  }

  /** Whether a text waits that would have to be sent to the server of the model that is asked for now. */
  get isHeldBack(): boolean {
    return this.#waits && sendsText(this.parts.surroundings.request());
  }

  /** Whether another try inspects the text again. A yes to anything else is no yes to sending the text. */
  get refreshes(): boolean {
    return this.parts.inspected.subject !== null && !((this.#isNotDownloaded || this.holds) && this.isHeldBack);
  }

  /** Whether a text waits for the model that is asked for now: another was there before, or none. */
  get #waits(): boolean {
    const { inspected, model } = this.parts;
    return inspected.subject !== null && (model.isOther || this.#isNotDownloaded || this.holds);
  }

  /**
   * Resolves when everything is shown, with the error if it failed, which was reported by then. An inspection that
   * would give the same numbers as the last one does nothing. Without the user no text is sent to a server, nor to one
   * that another window has chosen: the panel offers to send it instead.
   */
  async start(
    subject: Subject,
    options: PanelOptions,
    tracked: TrackedText,
    choose: (text: TextView) => Choice,
    cause: Cause,
  ): Promise<unknown> {
    const { inspected, inspections, chosen, model, status, surroundings, instruments, state, change } = this.parts;
    const key = keyOf(subject, options, model.wanted, this.#backend.changes);
    // A document that was closed and opened again counts its versions anew.
    const before = inspected.subject;
    instruments.inspecting();
    if (key === inspected.key && subject.text === before?.text && subject.before === before.before) return undefined;
    const task = this.#inspecting.start();
    chosen.cancel();
    inspected.key = key;
    this.#intended = choose;
    inspections.current = null;
    inspected.begin(subject, tracked);
    change(state().text ? { options } : { options, source: sourceOf(subject) });
    const wanted = surroundings.request();
    if (wanted.server && !(cause.byUser && surroundings.isAgreed(wanted.server.address)))
      return void this.stop(this.#hold(wanted));
    this.#held = null;
    try {
      await this.#work(task, subject, options, choose, cause.asks);
    } catch (error) {
      if (!task.isCurrent()) return undefined;
      this.stop(
        notDownloaded(error) ??
          (isCancelled(error) ? status.cancelled : { kind: 'failed', ...surroundings.failed(error) }),
      );
      return error;
    } finally {
      task.end();
    }
    instruments.settled();
    return undefined;
  }

  /** Inspects the same copy of the text with the present options. Resolves as `start` does. */
  async again(cause = byItself): Promise<unknown> {
    const { subject, tracked } = this.parts.inspected;
    if (!subject || !tracked) return undefined;
    return this.start(subject, this.parts.state().options, tracked, this.#sameChoice(), cause);
  }

  /**
   * Resolves once the engine has the model: at once if it has. Rejects if the model cannot be loaded. `asks`: as in
   * `ModelInUse.load`; the panel that offers the download already says enough.
   */
  async ready(asks = !this.#isNotDownloaded): Promise<void> {
    const { inspected, model, status, surroundings } = this.parts;
    if (model.isReady) return;
    // The new model would be asked about the old one's vectors otherwise. An inspection that waits for the download
    // goes on if another window has downloaded the model.
    const { isHeldBack } = this;
    // A text that is held back is not inspected. Only the model is loaded.
    if (this.#waits && !isHeldBack) {
      const { wanted } = model;
      const failure = await this.again({ ...byItself, asks });
      // Whoever made the later choice hears of its failure.
      if (model.wanted !== wanted) throw new EngineError('cancelled', 'Another model was chosen.');
      // A load that was stopped is not wanted, and one that failed would fail again.
      if ((model.isOther || this.#isNotDownloaded) && !this.busy)
        throw failure ?? new EngineError('cancelled', 'The load was cancelled.');
    }
    const alone = !this.busy;
    const end = (rest?: PanelStatus) => {
      if (alone && !this.busy) status.end(rest);
    };
    try {
      await model.load(alone, asks);
    } catch (error) {
      const missing = notDownloaded(error);
      if (missing) inspected.key = null;
      end(missing);
      throw error;
    }
    // Without a text, what was said of an earlier load is over.
    end(isHeldBack ? this.#hold(surroundings.request()) : inspected.subject ? undefined : { kind: 'empty' });
  }

  get #isNotDownloaded(): boolean {
    return this.parts.status.resting.kind === 'not-downloaded';
  }

  /** Reads the text anew where it stands now, and inspects it. */
  async refresh(): Promise<void> {
    const before = this.parts.inspected.subject;
    if (!before) return;
    this.#agree();
    const subject = await this.read(before);
    if (!subject) return;
    const { otherSelections, wholeLine } = before;
    await this.start(
      { ...subject, otherSelections, wholeLine },
      this.parts.state().options,
      new TrackedText(subject),
      this.#sameChoice(),
      byUser,
    );
  }

  /** The user has pressed the button beside the sentence that names the server. */
  #agree(): void {
    const { resting } = this.parts.status;
    const { server } = this.parts.surroundings.request();
    if (server && resting.kind === 'not-sent' && resting.server === serverPlace(server.address))
      this.parts.surroundings.agree(server.address);
  }

  /** null if the text cannot be read, which the panel says then, or if a newer one is read. */
  async read(place: Place): Promise<Subject | null> {
    const { surroundings } = this.parts;
    const task = this.#reading.start();
    try {
      return await task.keep(surroundings.read(place));
    } catch (error) {
      if (task.isCurrent()) this.stop({ kind: 'failed', ...surroundings.failed(error) });
      return null;
    } finally {
      task.end();
    }
  }

  #hold(request: LoadRequest): PanelStatus {
    this.#held = this.parts.inspected.subject;
    return notSent(request);
  }

  /** Ends all work. The numbers of an earlier text at another place go. */
  stop(status: PanelStatus): void {
    const { inspected, chosen, change, endWork } = this.parts;
    endWork();
    inspected.key = null;
    const { subject } = inspected;
    if (subject && !inspected.isInPlace) {
      inspected.hide();
      chosen.forgetRun();
      change({ source: sourceOf(subject), outOfDate: false, text: null, run: null, position: null, prediction: null });
    }
    this.parts.status.end(status);
  }

  async #work(
    task: Task,
    subject: Subject,
    options: PanelOptions,
    choose: (text: TextView) => Choice,
    asks: boolean,
  ): Promise<void> {
    const { engine, model, status, chosen, state, change } = this.parts;
    const { signal } = task;
    const request = textRequest(subject, options);
    await task.keep(model.load(true, asks));
    status.begin('running');
    const tokenisation = await task.keep(engine.tokenise({ ...request, most: mostDrawn }, { signal }));
    this.#showText(textView(tokenisation), choose);
    await task.keep(chosen.show());
    const known = state().model;
    if (known && !predicts(known)) {
      // Without layers there is no more.
      status.end({ kind: 'ready' });
      return this.#keep(null, request);
    }
    const onProgress = (progress: Progress) => task.isCurrent() && status.progress(progress);
    const run = await task.keep(engine.run(request, { signal, onProgress }));
    chosen.ran(run, request);
    change({ run: runView(run) });
    await task.keep(chosen.show());
    status.end({ kind: 'ready' });
    this.#keep(run, request);
  }

  #showText(text: TextView, choose: (text: TextView) => Choice): void {
    const { inspected, chosen, instruments, status, state, change } = this.parts;
    instruments.textChanged(inspected.shown?.text !== inspected.subject?.text);
    chosen.choice = choose(text);
    this.#intended = null;
    inspected.show();
    chosen.forgetRun();
    change({
      ...inspected.view(state().options),
      text,
      run: null,
      contrasts: null,
      position: chosen.choice.position,
      prediction: null,
    });
    // Beside new tokens a sentence about an older inspection would be wrong.
    if (status.resting.kind !== 'ready') status.showNow();
  }

  #keep(run: Run | null, request: TextRequest): void {
    const { inspected, inspections, chosen, model, state } = this.parts;
    const { subject, tracked, key } = inspected;
    if (!subject || !tracked || key === null || model.ofNumbers === null) return;
    inspections.add({
      time: new Date(),
      subject,
      tracked,
      key,
      model: model.ofNumbers,
      run,
      request,
      choice: chosen.choice,
      state: kept(state()),
    });
  }

  #sameChoice(): (text: TextView) => Choice {
    if (this.#intended) return this.#intended;
    const { chosen, state } = this.parts;
    const before = state().text;
    return (text) => ({
      ...chosen.choice,
      position: before ? samePosition(before, chosen.choice.position, text) : lastPosition(text),
    });
  }
}
