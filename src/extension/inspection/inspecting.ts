import type { Backend } from '../../shared/backend';
import type { Chat } from '../../shared/chat/rendered';
import { chatRequest, type ChatOptions } from '../../shared/chat/view';
import type { Engine, LoadRequest, ModelInfo, Progress, Run } from '../../shared/engine';
import { EngineError, isCancelled, isRefused } from '../../shared/errors';
import { predicts } from '../../shared/model';
import type { Failure, PanelOptions, PanelState, PanelStatus } from '../../shared/panel';
import type { TextView } from '../../shared/place';
import { serverPlace } from '../../shared/servedName';
import type { TextRequest } from '../../shared/tokens';
import type { Translator } from '../../shared/translator';
import { sendsText } from '../served';
import type { Chosen } from './chosen';
import { appendedText, continued, documentText } from './continued';
import { TrackedText, type Inspected } from './inspected';
import type { Inspections } from './inspections';
import type { Instruments } from './instruments/instruments';
import type { DocumentKeeper } from './keptDocument';
import { keptPosition } from './keptPosition';
import type { KeptVectors } from './keptVectors';
import { notDownloaded, notSent, type ModelInUse, type ModelSource } from './modelInUse';
import { NewestTask, type Task } from './newest';
import { keyOf, samePlace, sourceOf, textRequest, type Place, type Subject } from './subject';
import { bothWithoutText, kept, lastPosition, mostDrawn, ranOn, runView, textView, type Choice } from './views';
import type { WorkingStatus } from './workingStatus';

/** What inspections ask of the editor. */
export interface Surroundings extends ModelSource {
  /** The text that stands at a place now; rejects with a sentence if the place is gone. */
  read(place: Place): Promise<Subject>;
  /** Writes a text at the end of a place. Resolves with the length that it has there; rejects with a sentence. */
  insert(place: Place, text: string): Promise<number>;
  /** Whether the user chose this server in a window of this workspace, or agreed to send text to it. */
  isAgreed(address: string): boolean;
  /** The user agrees to send text to this server. */
  agree(address: string): void;
  /** Logs a failure, tells the user if necessary, and returns what the panel says of it. */
  failed(error: unknown): Failure;
  /** The same of the model that the loaded one is compared with, which `request` does not name. */
  failedOther(error: unknown): string;
  /** A sentence: the comparison with the model of this name has ended, since the loaded one is another. */
  comparisonEnded(name: string): string;
  /** Translates the sentences that are put together here. */
  readonly l10n: Translator;
  readonly keptVectors: KeptVectors;
  /** Absent where nothing is kept of a document. */
  readonly keeper?: DocumentKeeper;
  /** A sentence: edits are not followed, since a server would get the text at each. */
  notFollowed(): string;
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
  /** The user asked for it. */
  readonly byUser: boolean;
  /** The address of the server that the user may have meant: the one that was chosen at that moment. */
  readonly server?: string | undefined;
}
/** The user asks for this inspection now. */
export const byUser = ({ server }: Pick<LoadRequest, 'server'>): Cause => ({
  asks: true,
  byUser: true,
  server: server?.address,
});
/** The window was loaded again. */
export const byReload: Cause = { asks: false, byUser: false };
/** The model or a setting changed, not the text. */
export const byItself: Cause = { asks: true, byUser: false };

/** What is shown, to come back to. */
interface Present {
  readonly subject: Subject | null;
  readonly tracked: TrackedText | null;
  readonly current: number | null;
  readonly options: PanelOptions;
}

/** An inspection to make. */
interface Wanted {
  readonly subject: Subject;
  readonly tracked: TrackedText;
  readonly options: PanelOptions;
  /** `read`: the text as the model gets it. */
  readonly choose: (text: TextView, read: string) => Choice;
  readonly cause: Cause;
  /** What comes next is awaited most, so it does not wait for the neighbours. */
  readonly predictsFirst?: boolean;
}

/**
 * What lets the text that was asked for last be inspected by the model that the settings name. `model`: the model runs
 * here, so the next work that needs it inspects the text first. `retry`: the text would go to a server, so only the
 * user's next try inspects it. `consent`: the text has never been inspected, and a yes to a download or to an option is
 * no yes to sending it; only the button that names the server is.
 */
export type WaitsFor = 'model' | 'retry' | 'consent';

/** Inspects one text at a time: loads the model, cuts the text into tokens and runs it. The newest inspection wins. */
export class Inspecting {
  readonly #inspecting = new NewestTask();
  readonly #reading = new NewestTask();
  /** The backend of the layers as far as it is known, and how often it has changed. */
  #backend: { readonly name: Backend; readonly changes: number } = { name: 'wasm', changes: 0 };
  /** The choice that an inspection which has shown no tokens was to make, for the next try. */
  #intended: Wanted['choose'] | null = null;
  /** What was rendered last: the same text is rendered in the same way again when it is continued. */
  #chat: { readonly key: string; readonly chat: Chat } | null = null;
  /** The text that was not sent to a server, wherever edits move it. */
  #unsent: TrackedText | null = null;

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

  /** An earlier inspection is shown again: nothing is wanted of the text that was asked for since. */
  forgetWanted(): void {
    this.#intended = this.#unsent = null;
  }

  /** The layers run on this backend from now on; the same text gives other numbers then. */
  runsOn(backend: Backend): void {
    if (backend !== this.#backend.name) this.#backend = { name: backend, changes: this.#backend.changes + 1 };
  }

  /** null if there is no text, or if its numbers come from the model that the settings name. */
  get waitsFor(): WaitsFor | null {
    const { inspected, model, surroundings } = this.parts;
    const { subject, tracked } = inspected;
    if (!subject) return null;
    const hasBegun = !this.#isNotDownloaded && this.#unsent !== tracked;
    if (hasBegun && !model.isOther) return null;
    if (!sendsText(surroundings.request())) return 'model';
    return hasBegun ? 'retry' : 'consent';
  }

  get #isNotDownloaded(): boolean {
    return this.parts.status.resting.kind === 'not-downloaded';
  }

  /** Where nothing is shown, the panel's offer to download says enough. Beside numbers a click must be answered. */
  get #asks(): boolean {
    return !this.#isNotDownloaded || this.parts.inspected.shown !== null;
  }

  /**
   * Resolves when everything is shown, with the error if it failed, which was reported by then. An inspection that
   * would give the same numbers as the last one does nothing. Without the user no text is sent to a server, nor to one
   * that another window has chosen: the panel offers to send it instead.
   */
  async start(wanted: Wanted): Promise<unknown> {
    const { subject, tracked, options, choose, cause } = wanted;
    const { inspected, inspections, chosen, model, status, surroundings, instruments, state, change } = this.parts;
    const key = keyOf(subject, options, model.wanted, this.#backend.changes);
    // A document that was closed and opened again counts its versions anew.
    const before = this.#present;
    instruments.inspecting();
    if (key === inspected.key && subject.text === before.subject?.text && subject.before === before.subject.before)
      return undefined;
    const task = this.#inspecting.start();
    chosen.cancel();
    inspected.key = key;
    this.#intended = choose;
    inspections.current = null;
    inspected.begin(subject, tracked);
    change(state().text ? { options } : { options, source: sourceOf(subject) });
    const heldFrom = this.#heldFrom(surroundings.request(), cause);
    if (heldFrom !== null) return void this.stop(this.#hold(heldFrom));
    this.#unsent = null;
    try {
      await this.#work(task, wanted);
    } catch (error) {
      if (!task.isCurrent()) return undefined;
      if (options.chat && isRefused(error)) this.#goBackTo(before);
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

  get #present(): Present {
    const { inspected, inspections, state } = this.parts;
    const { subject, tracked } = inspected;
    return { subject, tracked, current: inspections.current, options: state().options };
  }

  /** A text could not be rendered, so the one at another place that is still shown stays. */
  #goBackTo({ subject, tracked, current, options }: Present): void {
    const { inspected, inspections, state, change } = this.parts;
    const { shown } = inspected;
    if (!subject || !tracked || !shown || inspected.isInPlace || !state().text) return;
    // The text before was asked for, but the numbers are of an earlier one.
    if (!samePlace(shown, subject) || shown.text !== subject.text) return;
    const before = { ...state().options, chat: options.chat };
    inspected.begin({ ...subject, ...tracked.range }, tracked);
    inspected.show(shown.rendered);
    this.#intended = null;
    change({ options: before, ...inspected.view(before) });
    // Last, since changes are kept of the present inspection.
    inspections.current = current;
  }

  /** Inspects the same copy of the text with these options, which hold in any case. Resolves as `start` does. */
  async again(cause = byItself, options = this.parts.state().options): Promise<unknown> {
    const { subject, tracked } = this.parts.inspected;
    const started = subject && tracked && this.start({ subject, tracked, options, choose: this.#sameChoice(), cause });
    // Nothing was begun if they give the same numbers.
    if (this.parts.state().options !== options) this.parts.change({ options });
    return started;
  }

  /**
   * Inspects the text that waits for the model, and goes on with a download that another window has made. `asks`: as in
   * `ModelInUse.load`; the panel that offers the download already says enough.
   */
  goOn(asks = this.#asks): Promise<unknown> {
    return this.again({ ...byItself, asks });
  }

  /**
   * Resolves once the engine has the model: at once if it has. Rejects if the model cannot be loaded. `asks`: as for
   * `goOn`.
   */
  async ready(asks = this.#asks): Promise<void> {
    const { model } = this.parts;
    if (model.isReady) return;
    const { waitsFor } = this;
    // The new model would be asked about the old one's vectors otherwise.
    if (waitsFor === 'model') await this.#inspectFirst(asks);
    await this.#load(asks, waitsFor !== null && waitsFor !== 'model');
  }

  /** Inspects the waiting text. Rejects if the model is not ready afterwards. */
  async #inspectFirst(asks: boolean): Promise<void> {
    const { model } = this.parts;
    const { wanted } = model;
    const failure = await this.goOn(asks);
    // Whoever made the later choice hears of its failure.
    if (model.wanted !== wanted) throw new EngineError('cancelled', 'Another model was chosen.');
    // A load that was stopped is not wanted, and one that failed would fail again.
    if ((model.isOther || this.#isNotDownloaded) && !this.busy)
      throw failure ?? new EngineError('cancelled', 'The load was cancelled.');
  }

  /** Loads the model and runs nothing. The text, if one is held back, is offered to the user afterwards. */
  async #load(asks: boolean, holdsBack: boolean): Promise<void> {
    const { inspected, model, status, surroundings } = this.parts;
    const wasAlone = !this.busy;
    const isAlone = () => wasAlone && !this.busy;
    const end = (rest?: PanelStatus) => {
      if (isAlone()) status.end(rest);
    };
    try {
      await model.load(isAlone, asks);
    } catch (error) {
      const missing = notDownloaded(error);
      if (missing) inspected.key = null;
      end(missing);
      throw error;
    }
    // Without a text, what was said of an earlier load is over.
    const { server } = surroundings.request();
    end(holdsBack && server ? this.#hold(server.address) : inspected.subject ? undefined : { kind: 'empty' });
  }

  /** Reads the text anew where it stands now, and inspects it. What was appended stays if the text reads the same. */
  async refresh(cause = byUser(this.parts.surroundings.request()), place?: Place): Promise<void> {
    const before = this.parts.inspected.subject;
    if (!before) return;
    const read = await this.read(place ?? before);
    if (!read) return;
    const { otherSelections, wholeLine, appended } = before;
    const subject = appended && read.text === documentText(before) ? continued(read, appended.tokens) : read;
    await this.start({
      subject: { ...subject, otherSelections, wholeLine },
      tracked: new TrackedText(read),
      options: this.parts.state().options,
      choose: this.#sameChoice(cause),
      cause,
    });
  }

  /** `refresh` by the button beside a sentence that names a server, to which alone the text may go. */
  async refreshFor(place: string): Promise<void> {
    const { server } = this.parts.surroundings.request();
    const isMeant = server !== undefined && serverPlace(server.address) === place;
    if (isMeant) this.parts.surroundings.agree(server.address);
    await this.refresh(byUser(isMeant ? { server } : {}));
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

  /** The address of the server that a model would send the text to, although the cause does not let it; else null. */
  #heldFrom({ server }: Pick<LoadRequest | ModelInfo, 'server'>, cause: Cause): string | null {
    const isLet = server && cause.server === server.address && this.parts.surroundings.isAgreed(server.address);
    return server && !isLet ? server.address : null;
  }

  #hold(address: string): PanelStatus {
    this.#unsent = this.parts.inspected.tracked;
    return notSent(address);
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

  async #rendered(task: Task, text: string, options: ChatOptions): Promise<Chat> {
    const { engine, model } = this.parts;
    const key = JSON.stringify([model.wanted, text, options]);
    if (this.#chat?.key === key) return this.#chat.chat;
    const chat = await task.keep(engine.renderChat(chatRequest(text, options), { signal: task.signal }));
    this.#chat = { key, chat };
    return chat;
  }

  async #work(task: Task, wanted: Wanted): Promise<void> {
    const { engine, model, inspected, status, chosen, state, change } = this.parts;
    const { subject, choose, cause, predictsFirst } = wanted;
    const { signal } = task;
    await task.keep(model.load(task.isCurrent, cause.asks));
    const { options, model: loaded } = state();
    // A server may have been chosen while the file was looked at.
    const heldFrom = loaded && this.#heldFrom(loaded, cause);
    if (heldFrom !== null) return this.stop(this.#hold(heldFrom));
    // A template is one of the model that was loaded before.
    if (options.chat?.template !== wanted.options.chat?.template)
      inspected.key = keyOf(subject, options, model.wanted, this.#backend.changes);
    status.begin('running');
    const before = state().backend;
    const rendered = options.chat && (await this.#rendered(task, documentText(subject), options.chat));
    const added = appendedText(subject);
    const chat = rendered && { ...rendered, text: rendered.text + added };
    const request = textRequest(chat ? { ...subject, rendered: chat.text } : subject, options);
    const appended = subject.appended && { ...subject.appended, from: request.text.length - added.length };
    const tokenisation = await task.keep(engine.tokenise({ ...request, most: mostDrawn }, { signal }));
    this.#showText(textView(tokenisation, request, { chat, appended }), chat?.text, choose);
    const known = state().model;
    if (!predictsFirst || (known && !predicts(known))) await task.keep(chosen.show());
    if (known && !predicts(known)) {
      // Without layers there is no more.
      status.end({ kind: 'ready' });
      return this.#keep(null, request);
    }
    // A choice that a newer one has replaced does not say that the engine has ended meanwhile. Another engine would get
    // the text with another model.
    if (model.inMemory === null) throw new EngineError('cancelled', 'The model was unloaded.');
    const onProgress = (progress: Progress) => task.isCurrent() && status.progress(progress);
    const run = await task.keep(engine.run(request, { signal, onProgress }));
    chosen.ran(run, request);
    change({ run: runView(run, ranOn(before, state().backend)) });
    if (predictsFirst) await task.keep(chosen.showPrediction());
    await task.keep(chosen.show());
    status.end({ kind: 'ready' });
    this.#keep(run, request);
  }

  #showText(text: TextView, rendered: string | undefined, choose: Wanted['choose']): void {
    const { inspected, chosen, instruments, status, state, change } = this.parts;
    const before = inspected.read;
    chosen.choice = choose(text, rendered ?? inspected.subject?.text ?? '');
    this.#intended = null;
    inspected.show(rendered);
    instruments.textChanged(inspected.read !== before);
    chosen.forgetRun();
    change({
      ...inspected.view(state().options),
      text,
      run: null,
      contrasts: null,
      both: bothWithoutText(state().both),
      position: chosen.choice.position,
      prediction: null,
    });
    chosen.textChanged();
    // Beside new tokens a sentence about an older inspection would be wrong.
    if (status.resting.kind !== 'ready') status.showNow();
  }

  #keep(run: Run | null, request: TextRequest): void {
    const { inspected, inspections, chosen, model, state } = this.parts;
    const { shown: subject, tracked, key } = inspected;
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

  #sameChoice({ byUser }: Cause = byItself): Wanted['choose'] {
    if (this.#intended) return this.#intended;
    const { chosen, state, inspected } = this.parts;
    const [view, text] = [state().text, inspected.read];
    return (now, read) => {
      const { isOurs, ...choice } = chosen.choice;
      const after = { text: read, view: now };
      return {
        ...choice,
        // While a text is followed, the examples change with every edit.
        ...(isOurs && (byUser || after.text === text) && { isOurs }),
        position: view && text !== null ? keptPosition({ text, view }, choice.position, after) : lastPosition(now),
      };
    };
  }
}
