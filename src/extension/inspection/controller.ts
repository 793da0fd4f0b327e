import type { Engine, TextRequest } from '../../shared/engine';
import { isCancelled } from '../../shared/errors';
import type { Intent, KeptState, PanelOptions, PanelState, PanelStatus, TextView } from '../../shared/panel';
import { Chosen } from './chosen';
import { Encodings } from './encodings';
import { Lane, type Task } from './lane';
import { ModelLoader, type ModelSource } from './modelLoader';
import { Since, type TextOf } from './since';
import { keyOf, samePlace, sourceOf, type Edit, type Place, type Subject } from './subject';
import { emptyState, lastPosition, mostDrawn, runView, samePosition, textView, type Choice } from './views';
import { WorkingStatus } from './workingStatus';

/** What the controller asks of the editor. */
export interface Surroundings extends ModelSource {
  /** The settings that hold for the next inspection. */
  limits(): Pick<PanelOptions, 'limit' | 'contextTokens'>;
  /** The text that stands at a place now; rejects with a sentence when the place is gone. */
  read(place: Place): Promise<Subject>;
  /** Logs a failure, tells the user where that is due, and returns the sentence for the panel. */
  failed(error: unknown): string;
}

/** The intents that change the state; the others are the panel's own. */
export type StateIntent = Exclude<Intent, { readonly type: 'ready' | 'copy' | 'showLog' }>;

type Resumed = Pick<KeptState, 'options' | 'position' | 'tokenId'>;

const foundAtOnce = 50;

/** Turns inspections and intents into changes of the panel's state. In everything the newest wins. */
export class InspectionController {
  #state: PanelState;
  /** What is to be inspected, and what the panel's numbers belong to; two copies of the same only once its tokens are known. */
  #subject: Subject | null = null;
  #shown: Subject | null = null;
  #key: string | null = null;
  #model: string | null = null;
  #since: Since | null = null;
  readonly #inspecting = new Lane();
  readonly #finding = new Lane();
  readonly #reading = new Lane();
  readonly #status = new WorkingStatus((status) => this.#change({ status }));
  readonly #loader: ModelLoader;
  readonly #chosen: Chosen;
  readonly #encodings: Encodings;

  constructor(
    private readonly engine: Engine,
    private readonly surroundings: Surroundings,
    private readonly onChange: (change: Partial<PanelState>, state: PanelState) => void,
    options: PanelOptions,
  ) {
    this.#state = emptyState(options);
    this.#loader = new ModelLoader(engine, surroundings, (fraction) => this.#status.progress(fraction));
    this.#chosen = new Chosen(engine, () => this.#state, (change) => this.#change(change));
    this.#encodings = new Encodings(engine, (encoded) => this.#change({ encoded }), (error) => this.#report(error));
  }

  get state(): PanelState {
    return this.#state;
  }

  /** Says what the first load will read, before it reads it. */
  async announce(): Promise<void> {
    if (this.#state.model) return;
    try {
      const upcoming = await this.#loader.describe(this.#loader.request());
      this.#change({ upcoming });
    } catch {
      // A setting that names no file is told when the model is asked for.
    }
  }

  /** Settles when all is shown, or a newer inspection took over. */
  async inspect(subject: Subject, resumed?: Resumed): Promise<void> {
    this.#reading.cancel();
    const options = { ...this.#state.options, ...this.surroundings.limits(), ...resumed?.options };
    await this.#start(subject, options, new Since(subject), (text) => {
      const position = resumed?.position ?? null;
      const tokenId = resumed?.tokenId ?? null;
      return {
        position: position !== null && position < text.tokens.length ? position : lastPosition(text),
        tokenId: tokenId !== null && tokenId < (this.#state.model?.vocabulary ?? 0) ? tokenId : null,
      };
    });
  }

  /** Inspects what stands at a place, as it was seen before a reload. */
  async resume(place: Place, resumed: Resumed): Promise<void> {
    this.#change({ options: { ...this.#state.options, ...resumed.options } });
    const subject = await this.#read(place);
    if (subject) await this.inspect(subject, resumed);
  }

  async intend(intent: StateIntent): Promise<void> {
    switch (intent.type) {
      case 'choosePosition':
        if (this.#state.text?.tokens[intent.position]) await this.#choose({ position: intent.position, tokenId: null });
        return;
      case 'chooseToken':
        return this.#choose({ ...this.#chosen.choice, tokenId: intent.id });
      case 'setOptions':
        return this.#setOptions({ ...this.#state.options, ...intent.options });
      case 'refresh':
        return this.#refresh();
      case 'cancel':
        if (this.#inspecting.busy || this.#loader.busy) this.#stop({ kind: 'cancelled' });
        return;
      case 'find':
        return this.#find(intent.query);
      case 'encode':
        if (this.#shown) await this.#encodings.ask(intent.encoding, this.#shown.text);
        return;
    }
  }

  /** Cheap for documents that are not inspected. `textOf` reads the document as it is after the edits. */
  documentEdited(uri: string, edits: readonly Edit[], textOf: TextOf): void {
    if (this.#subject?.uri === uri) this.#follow(this.#since?.edited(edits, textOf));
  }

  /** The document was opened: while it was closed it may have been changed unseen. */
  documentOpened(uri: string, textOf: TextOf): void {
    if (this.#subject?.uri === uri) this.#follow(this.#since?.seenAgain(textOf));
  }

  #follow(range: { readonly start: number; readonly end: number } | undefined): void {
    const subject = this.#subject;
    if (!subject || !range) return;
    const shown = samePlace(this.#shown, subject) ? this.#shown : null;
    this.#subject = { ...subject, ...range };
    if (!shown) return;
    this.#shown = { ...shown, ...range };
    const { source } = this.#state;
    if (source && !samePlace(this.#subject, source)) this.#change({ source: { ...source, ...range } });
    // After a refresh that failed the numbers are of an older text than the one that is followed.
    const outOfDate = this.#isOld() || (this.#state.outOfDate && (shown.text !== subject.text || shown.before !== subject.before));
    if (outOfDate !== this.#state.outOfDate) this.#change({ outOfDate });
  }

  /** Says in the panel why nothing was inspected; false where work goes on that must not be hidden. */
  refuse(message: string): boolean {
    if (this.#inspecting.busy) return false;
    this.#key = null;
    this.#status.end({ kind: 'failed', message });
    return true;
  }

  /** Ends all work and forgets all but the model and the options. */
  reset(): void {
    this.#endWork();
    this.#finding.cancel();
    this.#encodings.clear();
    this.#subject = this.#shown = this.#since = this.#key = this.#chosen.run = null;
    this.#chosen.choice = { position: null, tokenId: null };
    this.#status.end({ kind: 'empty' });
    this.#change({ ...emptyState(this.#state.options), model: this.#state.model });
  }

  async #start(subject: Subject, options: PanelOptions, since: Since, choose: (text: TextView) => Choice): Promise<void> {
    const request = this.#loader.request();
    const key = keyOf(subject, options, request);
    // A document that was closed and opened again counts its versions anew.
    if (key === this.#key && subject.text === this.#subject?.text && subject.before === this.#subject.before) return;
    const task = this.#inspecting.start();
    this.#chosen.cancel();
    this.#key = key;
    this.#subject = subject;
    this.#since = since;
    this.#change(this.#state.text ? { options } : { options, source: sourceOf(subject) });
    try {
      await this.#work(task, subject, options, choose);
    } catch (error) {
      if (!task.isCurrent()) return;
      this.#stop(isCancelled(error) ? { kind: 'cancelled' } : { kind: 'failed', message: this.surroundings.failed(error) });
    } finally {
      task.end();
    }
  }

  async #work(task: Task, subject: Subject, options: PanelOptions, choose: (text: TextView) => Choice): Promise<void> {
    const { signal } = task;
    const request = textRequest(subject, options);
    await task.keep(this.#load(true));
    this.#status.begin('running');
    this.#showText(textView(await task.keep(this.engine.tokenise({ ...request, most: mostDrawn }, { signal }))), choose);
    await task.keep(this.#chosen.show());
    const run = await task.keep(this.engine.run(request, { signal, onProgress: ({ fraction }) => task.isCurrent() && this.#status.progress(fraction) }));
    this.#chosen.run = run;
    this.#change({ run: runView(run) });
    await task.keep(this.#chosen.show());
    this.#status.end({ kind: 'ready' });
  }

  #showText(text: TextView, choose: (text: TextView) => Choice): void {
    if (!this.#subject) return;
    if (this.#shown?.text !== this.#subject.text) this.#encodings.clear();
    this.#chosen.choice = choose(text);
    this.#shown = this.#subject;
    this.#chosen.run = null;
    this.#change({ source: sourceOf(this.#subject), outOfDate: this.#isOld(), text, run: null, position: this.#chosen.choice.position, prediction: null });
    // Beside new tokens a sentence about an older inspection would be wrong.
    if (this.#status.resting.kind !== 'ready') this.#status.showNow();
  }

  #isOld(): boolean {
    return this.#since !== null && (this.#since.text || (this.#since.before && this.#state.options.context));
  }

  async #choose(choice: Choice): Promise<void> {
    if (this.#subject && this.#model !== null && JSON.stringify(this.#loader.request()) !== this.#model) return this.#again();
    this.#chosen.choice = choice;
    try {
      await this.#ensureModel();
      await this.#chosen.show();
    } catch (error) {
      this.#report(error);
    }
  }

  async #setOptions(options: PanelOptions): Promise<void> {
    const { context, plain, centred } = this.#state.options;
    this.#change({ options });
    if (options.context !== context || options.plain !== plain) await this.#again();
    else if (options.centred !== centred) await this.#choose(this.#chosen.choice);
  }

  /** Inspects the same copy of the text, with the options as they are now. */
  async #again(): Promise<void> {
    if (this.#subject && this.#since) await this.#start(this.#subject, this.#state.options, this.#since, this.#sameChoice());
  }

  async #refresh(): Promise<void> {
    const before = this.#subject;
    if (!before) return;
    const subject = await this.#read(before);
    if (!subject) return;
    const options = { ...this.#state.options, ...this.surroundings.limits() };
    const { otherSelections, wholeLine } = before;
    await this.#start({ ...subject, otherSelections, wholeLine }, options, new Since(subject), this.#sameChoice());
  }

  #sameChoice(): (text: TextView) => Choice {
    const before = this.#state.text;
    return (text) => ({ ...this.#chosen.choice, position: before ? samePosition(before, this.#chosen.choice.position, text) : lastPosition(text) });
  }

  async #read(place: Place): Promise<Subject | null> {
    const task = this.#reading.start();
    try {
      return await task.keep(this.surroundings.read(place));
    } catch (error) {
      if (task.isCurrent()) this.#stop({ kind: 'failed', message: this.surroundings.failed(error) });
      return null;
    } finally {
      task.end();
    }
  }

  async #find(query: string): Promise<void> {
    const task = this.#finding.start();
    try {
      if (query === '') return this.#change({ found: null });
      await task.keep(this.#ensureModel());
      const result = await task.keep(this.engine.find({ query, count: foundAtOnce }, { signal: task.signal }));
      this.#change({ found: { query, ...result } });
    } catch (error) {
      if (task.isCurrent()) this.#report(error);
    } finally {
      task.end();
    }
  }

  /** Loads the model for a request that is no inspection. */
  async #ensureModel(): Promise<void> {
    const alone = !this.#inspecting.busy;
    try {
      await this.#load(alone);
    } finally {
      if (alone && !this.#inspecting.busy) this.#status.end();
    }
  }

  async #load(announced: boolean): Promise<void> {
    const request = this.#loader.request();
    if (announced) this.#status.begin('loading');
    const description = await this.#loader.describe(request);
    if (announced) this.#status.begin('loading', description);
    const model = await this.#loader.load(request);
    const key = JSON.stringify(request);
    if (key === this.#model) return;
    // Ids and numbers of another model mean nothing in this one.
    if (this.#model !== null) this.#chosen.choice = { ...this.#chosen.choice, tokenId: null };
    this.#model = key;
    this.#change({ model, token: null, neighbours: null, found: null });
  }

  #stop(status: PanelStatus): void {
    this.#endWork();
    this.#key = null;
    if (this.#subject && !samePlace(this.#shown, this.#subject)) {
      this.#shown = this.#chosen.run = null;
      this.#change({ source: sourceOf(this.#subject), outOfDate: false, text: null, run: null, position: null, prediction: null });
    }
    this.#status.end(status);
  }

  #endWork(): void {
    for (const work of [this.#inspecting, this.#reading, this.#chosen, this.#loader]) work.cancel();
  }

  /** A request beside the inspection failed. */
  #report(error: unknown): void {
    if (isCancelled(error)) return;
    const message = this.surroundings.failed(error);
    if (this.#inspecting.busy) return;
    this.#key = null;
    this.#status.end({ kind: 'failed', message });
  }

  #change(change: Partial<PanelState>): void {
    this.#state = { ...this.#state, ...change };
    this.onChange(change, this.#state);
  }
}

const textRequest = ({ text, before }: Subject, { context, contextTokens, plain, limit }: PanelOptions): TextRequest => ({
  text,
  plain,
  limit,
  ...(context ? { context: before, contextTokens } : {}),
});
