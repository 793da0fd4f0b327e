import type { Backend, BackendView } from '../../shared/backend';
import type { TextRequest } from '../../shared/tokens';
import type { Engine, Run } from '../../shared/engine';
import { EngineError, isCancelled } from '../../shared/errors';
import type { TextView } from '../../shared/place';
import type { PanelOptions, PanelState, PanelStatus } from '../../shared/panel';
import { Chosen } from './chosen';
import { Inspected } from './inspected';
import { Instruments, isForInstruments } from './instruments/instruments';
import { Inspections, placeOfPast } from './inspections';
import { Lane, type Task } from './lane';
import { ModelInUse } from './modelInUse';
import { Newest } from './newest';
import { Since, type TextOf } from './since';
import type { Listeners, Resumed, StateIntent, Surroundings } from './surroundings';
import { keyOf, sourceOf, textRequest, type Edit, type Place, type Subject } from './subject';
import {
  emptyState,
  lastPosition,
  mostDrawn,
  noInstruments,
  runView,
  samePosition,
  textView,
  type Choice,
} from './views';
import { WorkingStatus } from './workingStatus';

const noChoice: Choice = { position: null, tokenId: null };

/** Turns inspections and intents into changes of the panel's state. In everything the newest wins. */
export class InspectionController {
  readonly inspections: Inspections;
  #state: PanelState;
  #key: string | null = null;
  /** What computes the layers, as far as it is known, and how often that changed. */
  #computed: { readonly by: Backend; readonly changes: number } = { by: 'wasm', changes: 0 };
  /** Id of what is shown among the inspections that were made. */
  #current: number | null = null;
  readonly #inspected = new Inspected();
  readonly #inspecting = new Lane();
  readonly #reading = new Lane();
  readonly #status = new WorkingStatus((status) => this.#change({ status }));
  readonly #model: ModelInUse;
  readonly #chosen: Chosen;
  readonly #instruments: Instruments;
  readonly #cursor = new Newest<number>((position) => this.#follow(position));

  constructor(
    private readonly engine: Engine,
    private readonly surroundings: Surroundings,
    private readonly listeners: Listeners,
    options: PanelOptions,
  ) {
    this.#state = emptyState(options);
    this.inspections = new Inspections(() => listeners.inspectionsChanged());
    this.#model = new ModelInUse(engine, surroundings, this.#status, {
      loaded: () => this.#state.loaded || this.#change({ loaded: true }),
      // How it is held may be another than at the load before.
      same: (model) => model.notices.join() === this.#state.model?.notices.join() || this.#change({ model }),
      replaced: (model, first) => {
        // Ids and numbers of another model mean nothing in this one, and must not stand under its name.
        if (!first) {
          this.#chosen.choice = { ...this.#chosen.choice, tokenId: null };
          this.#chosen.forgetRun();
          this.#instruments.modelChanged();
        }
        this.#change({
          model,
          token: null,
          neighbours: null,
          found: null,
          ...(first ? {} : { text: null, run: null, position: null, prediction: null }),
        });
      },
    });
    this.#chosen = new Chosen(
      engine,
      () => this.#state,
      (change) => this.#change(change),
    );
    this.#instruments = new Instruments({
      engine,
      state: () => this.#state,
      request: () => this.#chosen.request,
      reading: () => {
        const { shown } = this.#inspected;
        const { plain, limit } = this.#state.options;
        return shown && { text: shown.text, plain, limit };
      },
      // Predictions go first: what is large waits for them.
      isReady: () => this.#model.isReady && !this.#inspecting.busy,
      ready: () => this.#ensureModel(),
      change: (change) => this.#change(change),
      chooseToken: (id) => void this.#choose({ ...this.#chosen.choice, tokenId: id === this.#ownId ? null : id }),
      report: (error) => this.#report(error),
      failed: (error) => surroundings.failed(error).message,
    });
  }

  get state(): PanelState {
    return this.#state;
  }

  /** A copy of what the numbers belong to, where the text stands now; null where nothing is shown. */
  get shown(): Subject | null {
    return this.#inspected.shown;
  }

  /** What the numbers of the chosen position and token are made from. */
  get chosen(): Pick<Chosen, 'choice' | 'run'> {
    const { choice, run } = this.#chosen;
    return { choice, run };
  }

  /** Says what the first load will read, before it reads it. */
  async announce(): Promise<void> {
    if (this.#state.model) return;
    const { wanted } = this.#model;
    try {
      const upcoming = await this.#model.describe();
      if (this.#model.wanted === wanted) this.#change({ upcoming });
    } catch {
      // A setting that names no file is told when the model is asked for.
    }
  }

  /** Settles when all is shown, or a newer inspection took over. */
  async inspect(subject: Subject, resumed?: Resumed): Promise<void> {
    this.#reading.cancel();
    const options = { ...this.#state.options, ...resumed?.options };
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

  /** Shows an inspection as it was left, without running it again. Does nothing when there is none with this id. */
  async restore(id: number): Promise<void> {
    const past = this.inspections.find(id);
    if (!past) return;
    this.#endWork();
    this.#instruments.stopSearch();
    this.#instruments.textChanged(past.subject.text !== this.#inspected.shown?.text);
    const place = placeOfPast(past);
    this.#inspected.begin({ ...past.subject, ...place }, past.since);
    this.#inspected.show();
    this.#key = past.key;
    this.#current = null;
    // What was found with one model means nothing under another's name.
    const isOther = past.model !== this.#model.ofNumbers;
    this.#model.ofNumbers = past.model;
    if (isOther) this.#instruments.modelChanged();
    this.#chosen.takeOver(past, past.request);
    this.#status.end({ kind: 'ready' });
    const { context, contextTokens, plain, limit } = past.state.options;
    const { encoded, loaded, vocabulary, axes, lab, backend } = this.#state;
    const options = { ...this.#state.options, context, contextTokens, plain, limit };
    const source = past.state.source && { ...past.state.source, ...place };
    this.#change({
      ...past.state,
      status: this.#status.resting,
      options,
      source,
      outOfDate: this.#inspected.isOld(options),
      loaded,
      found: null,
      encoded,
      vocabulary,
      axes,
      lab,
      backend,
    });
    this.#current = id;
    // The lists may be asked for in another form by now.
    if (this.#model.isReady) await this.#choose(past.choice);
  }

  /** Forgets an inspection; what is shown of it goes too. */
  remove(id: number): void {
    if (this.#current === id) this.reset();
    this.inspections.remove(id);
  }

  /** Choices and settings, which hold at once. */
  async configure(change: Partial<PanelOptions>): Promise<void> {
    const before = this.#state.options;
    const options = { ...before, ...change };
    const differ = (...names: readonly (keyof PanelOptions)[]) => names.some((name) => options[name] !== before[name]);
    this.#change({ options });
    if (differ('context', 'plain', 'limit') || (options.context && differ('contextTokens'))) await this.#again();
    else if (differ('centred', 'space', 'neighbours', 'top') && this.#state.token)
      await this.#choose(this.#chosen.choice);
  }

  /** The settings name another model, or another number of threads. */
  async modelChanged(): Promise<void> {
    if (this.#inspecting.busy || (this.#inspected.shown && this.#model.inMemory !== null)) await this.#again();
    else if (this.#model.busy) await this.#choose(this.#chosen.choice);
    else await this.announce();
  }

  /**
   * The model is about to be unloaded at a person's wish. What waits for it is cancelled, since it would load the model
   * again.
   */
  letGo(): void {
    this.#instruments.stopSearch();
    if (this.#inspecting.busy || this.#reading.busy || this.#model.busy) this.#stop(this.#status.cancelled);
  }

  /** The engine has no model any more. */
  unloaded(): void {
    this.#model.unloaded();
    if (this.#state.loaded) this.#change({ loaded: false });
  }

  /** The layers run on something else than before; null while that is not known. */
  backendChanged(backend: BackendView | null): void {
    if (backend && backend.backend !== this.#computed.by)
      this.#computed = { by: backend.backend, changes: this.#computed.changes + 1 };
    if (this.#state.backend !== backend) this.#change({ backend });
  }

  /** Resolves once the engine has the model; rejects where it cannot be had. */
  ready(): Promise<void> {
    return this.#ensureModel();
  }

  /** The cursor stands on a token. That alone never loads the model. */
  follow(position: number): Promise<void> {
    return this.#cursor.do(position);
  }

  async intend(intent: StateIntent): Promise<void> {
    if (isForInstruments(intent)) return this.#instruments.intend(intent);
    switch (intent.type) {
      case 'choosePosition':
        this.#cursor.drop();
        if (this.#state.text?.tokens[intent.position]) await this.#choose({ position: intent.position, tokenId: null });
        return;
      case 'chooseToken':
        return this.#choose({ ...this.#chosen.choice, tokenId: intent.id });
      case 'setOptions':
        return this.configure(intent.options);
      case 'refresh':
        return this.#refresh();
      case 'cancel':
        if (this.#inspecting.busy || this.#model.busy) this.#stop(this.#status.cancelled);
        return;
      case 'load':
        return this.#choose(this.#chosen.choice);
    }
  }

  /** Cheap for documents that are not inspected. `textOf` reads the document as it is after the edits. */
  documentEdited(uri: string, edits: readonly Edit[], textOf: TextOf): void {
    this.#eachIn(uri, (since) => since.edited(edits, textOf));
  }

  /** The document may have been changed unseen: it was closed meanwhile, or its line endings became others. */
  documentSeen(uri: string, textOf: TextOf): void {
    this.#eachIn(uri, (since) => since.seenAgain(textOf));
  }

  #eachIn(uri: string, see: (since: Since) => void): void {
    const { subject, since } = this.#inspected;
    const present = subject?.uri === uri && since ? [since] : [];
    for (const one of new Set([...present, ...this.inspections.in(uri)])) see(one);
    if (present.length === 0) return;
    const wasOld = this.#state.outOfDate;
    this.#change(this.#inspected.moved(this.#state));
    // It reads again as it did, so what could not be read of it is no failure any more.
    if (
      wasOld &&
      !this.#state.outOfDate &&
      (this.#state.run || this.#state.model?.trunk === null) &&
      this.#status.resting.kind === 'failed' &&
      !this.#inspecting.busy
    )
      this.#status.end({ kind: 'ready' });
  }

  /** Says in the panel why nothing was inspected; false where work goes on that must not be hidden. */
  refuse(message: string): boolean {
    if (this.#inspecting.busy) return false;
    this.#key = null;
    this.#status.end({ kind: 'failed', message, help: null });
    return true;
  }

  /** Ends all work and forgets what is shown; the model, the options and the inspections that were made stay. */
  reset(): void {
    this.#endWork();
    this.#inspected.clear();
    this.#key = this.#current = null;
    this.#chosen.forgetRun();
    this.#chosen.choice = noChoice;
    this.#status.end({ kind: 'empty' });
    const { options, model, loaded, vocabulary, lab, backend } = this.#state;
    this.#change({ ...emptyState(options), model, loaded, vocabulary, lab, backend });
    // Of what was shown before, nothing is asked for again.
    this.#instruments.reset();
  }

  /** Returns what it failed of, if it did, after that was told. */
  async #start(
    subject: Subject,
    options: PanelOptions,
    since: Since,
    choose: (text: TextView) => Choice,
  ): Promise<unknown> {
    const key = keyOf(subject, options, this.#model.wanted, this.#computed.changes);
    // A document that was closed and opened again counts its versions anew.
    const before = this.#inspected.subject;
    if (key === this.#key && subject.text === before?.text && subject.before === before.before) return undefined;
    const task = this.#inspecting.start();
    this.#chosen.cancel();
    this.#key = key;
    this.#current = null;
    this.#inspected.begin(subject, since);
    this.#change(this.#state.text ? { options } : { options, source: sourceOf(subject) });
    try {
      await this.#work(task, subject, options, choose);
    } catch (error) {
      if (!task.isCurrent()) return undefined;
      this.#stop(isCancelled(error) ? this.#status.cancelled : { kind: 'failed', ...this.surroundings.failed(error) });
      return error;
    } finally {
      task.end();
    }
    this.#instruments.settled();
    return undefined;
  }

  async #work(task: Task, subject: Subject, options: PanelOptions, choose: (text: TextView) => Choice): Promise<void> {
    const { signal } = task;
    const request = textRequest(subject, options);
    await task.keep(this.#model.load(true));
    this.#status.begin('running');
    this.#showText(
      textView(await task.keep(this.engine.tokenise({ ...request, most: mostDrawn }, { signal }))),
      choose,
    );
    await task.keep(this.#chosen.show());
    if (this.#state.model?.trunk === null) {
      // Of a model without layers that is all.
      this.#status.end({ kind: 'ready' });
      return this.#keep(null, request);
    }
    const run = await task.keep(
      this.engine.run(request, {
        signal,
        onProgress: (progress) => task.isCurrent() && this.#status.progress(progress),
      }),
    );
    this.#chosen.ran(run, request);
    this.#change({ run: runView(run) });
    await task.keep(this.#chosen.show());
    this.#status.end({ kind: 'ready' });
    this.#keep(run, request);
  }

  /** Id of the token at the chosen position. */
  get #ownId(): number | undefined {
    const { position } = this.#chosen.choice;
    return position === null ? undefined : this.#state.text?.tokens[position]?.id;
  }

  #keep(run: Run | null, request: TextRequest): void {
    const { subject, since } = this.#inspected;
    if (!subject || !since || this.#key === null || this.#model.ofNumbers === null) return;
    const { choice } = this.#chosen;
    this.#current = this.inspections.add({
      time: new Date(),
      subject,
      since,
      key: this.#key,
      model: this.#model.ofNumbers,
      run,
      request,
      choice,
      state: this.#kept,
    }).id;
  }

  #showText(text: TextView, choose: (text: TextView) => Choice): void {
    this.#instruments.textChanged(this.#inspected.shown?.text !== this.#inspected.subject?.text);
    this.#chosen.choice = choose(text);
    this.#inspected.show();
    this.#chosen.forgetRun();
    this.#change({
      ...this.#inspected.view(this.#state.options),
      text,
      run: null,
      position: this.#chosen.choice.position,
      prediction: null,
    });
    // Beside new tokens a sentence about an older inspection would be wrong.
    if (this.#status.resting.kind !== 'ready') this.#status.showNow();
  }

  async #choose(choice: Choice): Promise<void> {
    this.#chosen.choice = choice;
    if (this.#inspected.subject && this.#model.isOther) return void (await this.#again());
    await this.#show(() => this.#ensureModel());
  }

  async #show(ready: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    try {
      await ready();
      await this.#chosen.show();
    } catch (error) {
      this.#report(error);
    }
  }

  async #follow(position: number): Promise<void> {
    if (!this.#state.text?.tokens[position] || position === this.#chosen.choice.position) return;
    this.#chosen.choice = { position, tokenId: null };
    if (this.#model.isReady) return this.#show();
    this.#chosen.cancel();
    this.#change({ position, token: null, neighbours: null, prediction: null });
  }

  /** Inspects the same copy of the text, with the options as they are now. Returns what it failed of, if it did. */
  async #again(): Promise<unknown> {
    const { subject, since } = this.#inspected;
    return subject && since ? this.#start(subject, this.#state.options, since, this.#sameChoice()) : undefined;
  }

  async #refresh(): Promise<void> {
    const before = this.#inspected.subject;
    if (!before) return;
    const subject = await this.#read(before);
    if (!subject) return;
    const { otherSelections, wholeLine } = before;
    await this.#start(
      { ...subject, otherSelections, wholeLine },
      this.#state.options,
      new Since(subject),
      this.#sameChoice(),
    );
  }

  #sameChoice(): (text: TextView) => Choice {
    const before = this.#state.text;
    return (text) => ({
      ...this.#chosen.choice,
      position: before ? samePosition(before, this.#chosen.choice.position, text) : lastPosition(text),
    });
  }

  async #read(place: Place): Promise<Subject | null> {
    const task = this.#reading.start();
    try {
      return await task.keep(this.surroundings.read(place));
    } catch (error) {
      if (task.isCurrent()) this.#stop({ kind: 'failed', ...this.surroundings.failed(error) });
      return null;
    } finally {
      task.end();
    }
  }

  /** Loads the model for a request that is no inspection. */
  async #ensureModel(): Promise<void> {
    if (this.#model.isReady) return;
    // Else the new model would be asked about the old one's vectors.
    if (this.#inspected.subject && this.#model.isOther) {
      const { wanted } = this.#model;
      const failure = await this.#again();
      // What the later choice comes to is told to whoever made it.
      if (this.#model.wanted !== wanted) throw new EngineError('cancelled', 'Another model was chosen.');
      // Whoever stopped the load wants none, and one that failed fails again.
      if (this.#model.isOther && !this.#inspecting.busy)
        throw failure ?? new EngineError('cancelled', 'The load was cancelled.');
    }
    const alone = !this.#inspecting.busy;
    try {
      await this.#model.load(alone);
    } finally {
      if (alone && !this.#inspecting.busy) this.#status.end();
    }
  }

  #stop(status: PanelStatus): void {
    this.#endWork();
    this.#key = null;
    const { subject } = this.#inspected;
    if (subject && !this.#inspected.isInPlace) {
      this.#inspected.hide();
      this.#chosen.forgetRun();
      this.#change({
        source: sourceOf(subject),
        outOfDate: false,
        text: null,
        run: null,
        position: null,
        prediction: null,
      });
    }
    this.#status.end(status);
  }

  #endWork(): void {
    this.#cursor.drop();
    for (const work of [this.#inspecting, this.#reading, this.#chosen, this.#model]) work.cancel();
  }

  /** A request beside the inspection failed. */
  #report(error: unknown): void {
    if (isCancelled(error)) return;
    const failure = this.surroundings.failed(error);
    if (this.#inspecting.busy) return;
    this.#key = null;
    this.#status.end({ kind: 'failed', ...failure });
  }

  /** The state as it is kept of an inspection: what the instruments show is large, and soon made again. */
  get #kept(): PanelState {
    return { ...this.#state, ...noInstruments };
  }

  #change(change: Partial<PanelState>): void {
    if (Object.keys(change).length === 0) return;
    this.#state = { ...this.#state, ...change };
    if (this.#current !== null)
      this.inspections.update(this.#current, { choice: this.#chosen.choice, state: this.#kept });
    this.listeners.changed(change, this.#state);
    // Last, since it may change the state in turn, and those who listen hear of the changes in their order.
    this.#instruments.changed(change);
  }
}
