import type { BackendView } from '../../shared/backend';
import type { OtherRequest, TextInBoth } from '../../shared/both';
import { usualChat, type ChatOptions } from '../../shared/chat/view';
import type { Contrasts } from '../../shared/contrasts';
import type { Engine, ModelInfo } from '../../shared/engine';
import { isCancelled } from '../../shared/errors';
import { handle, type Handlers, type Intent } from '../../shared/intents';
import type { KeptState } from '../../shared/kept';
import { modelOfLoad, predicts } from '../../shared/model';
import type { Download, PanelOptions, PanelState } from '../../shared/panel';
import type { TextView } from '../../shared/place';
import { serverPlace } from '../../shared/servedName';
import type { NamedToken, TextRequest } from '../../shared/tokens';
import { sendsText } from '../served';
import type { PlacedDocument } from '../shown';
import { Chosen, type Looked } from './chosen';
import { continued } from './continued';
import { Continuing } from './continuing';
import { Documents } from './documents';
import { EditFollowing, type Schedule } from './editFollowing';
import { Inspected, TrackedText, type Range } from './inspected';
import { byItself, byReload, byUser, Inspecting, type Cause, type Surroundings } from './inspecting';
import { Inspections, isKept, placeOfPast, restoredState } from './inspections';
import { Instruments } from './instruments/instruments';
import type { DocumentSource } from './keptDocument';
import type { keptInspections } from './keptInspections';
import { ModelInUse } from './modelInUse';
import { NewestValue } from './newest';
import { Opening } from './opening';
import { sourceOf, textRequest, type Place, type Subject } from './subject';
import { bothWithoutText, emptyState, firstChoice, kept, type Choice } from './views';
import { WorkingStatus } from './workingStatus';

type OwnIntentName =
  | ('choosePosition' | 'chooseToken' | 'setOptions' | 'refresh' | 'cancel' | 'download' | 'load')
  | ('continueWith' | 'takeOff' | 'insertAppended' | 'followEdits');
/** The intents that change the state; the others belong to the editor. */
type StateIntentName = OwnIntentName | keyof Instruments['handlers'];

/** How an inspection was left before a reload. */
export type Resumed = Pick<KeptState, 'options' | 'position' | 'tokenId'> & {
  readonly appended?: readonly NamedToken[];
};

/** An inspection that was computed on another machine. */
export type Recorded = Pick<
  PanelState,
  'model' | 'text' | 'run' | 'position' | 'token' | 'neighbours' | 'prediction'
> & { readonly contrasts: Contrasts };

export interface Listeners {
  changed(change: Partial<PanelState>): void;
  inspectionsChanged(): void;
}

/** Turns inspections and intents into changes of the panel's state. In everything the newest wins. */
export class InspectionController {
  readonly inspections: Inspections;
  readonly documents: Documents;
  readonly handlers: Handlers<StateIntentName>;
  #state: PanelState;
  readonly #inspected = new Inspected();
  readonly #status = new WorkingStatus((status) => this.#change({ status }));
  readonly #model: ModelInUse;
  readonly #chosen: Chosen;
  readonly #instruments: Instruments;
  readonly #inspecting: Inspecting;
  readonly #continuing: Continuing;
  readonly #edits: EditFollowing;
  readonly #opening = new Opening(this.#status, () => this.#busy);
  readonly #cursor = new NewestValue<number>((position) => this.#follow(position));

  constructor(
    engine: Engine,
    private readonly surroundings: Surroundings,
    private readonly listeners: Listeners,
    options: PanelOptions,
    schedule?: Schedule,
  ) {
    this.#state = { ...emptyState(options), keptVectors: surroundings.keptVectors.all };
    this.inspections = new Inspections(() => listeners.inspectionsChanged());
    const state = () => this.#state;
    const change = (change: Partial<PanelState>) => this.#change(change);
    this.#model = new ModelInUse(engine, surroundings, this.#status, {
      loaded: () => this.#state.loaded || this.#change({ loaded: true }),
      // The engine may hold it in another way than after the load before, and its file may be another.
      same: (model) => {
        if (heldAs(model) !== heldAs(this.#state.model)) this.#change({ model });
        void this.#instruments.comparison.loadedAgain();
      },
      replaced: (model, first) => this.#modelReplaced(model, first),
    });
    this.#chosen = new Chosen(engine, state, change);
    this.#instruments = new Instruments({
      engine,
      l10n: surroundings.l10n,
      keptVectors: surroundings.keptVectors,
      keeper: surroundings.keeper,
      model: () => modelOfLoad(this.#model.ofNumbers ?? this.#model.wanted),
      state,
      change,
      request: () => this.#chosen.request,
      ofRun: () => this.#chosen.ofRun,
      reading: () => {
        const { read: text } = this.#inspected;
        const { plain, limit } = this.#state.options;
        return text === null ? null : { text, ...(this.#state.text?.read ?? { plain, limit }) };
      },
      // Large requests wait for the predictions.
      isReady: () => this.#model.isReady && !this.#inspecting.busy,
      mayFollow: () => this.#model.isReady && !sendsText(surroundings.request()),
      unsentTo: ({ server } = surroundings.request()) =>
        server && !surroundings.isAgreed(server.address) ? serverPlace(server.address) : null,
      ready: () => this.#inspecting.ready(),
      chooseToken: (id) => void this.#chooseToken(id === this.#ownId ? null : id),
      choosePosition: (position) => void this.intend({ type: 'choosePosition', position }),
      chooseExample: (contrasts) => this.#chooseExample(contrasts),
      report: (error) => this.#report(error),
      failed: (error) => surroundings.failed(error).message,
      failedOther: (error) => surroundings.failedOther(error),
      comparisonEnded: (name) => surroundings.comparisonEnded(name),
    });
    const { document } = this.#instruments;
    this.documents = new Documents(this.#inspected, this.inspections, document, () => this.#textMoved());
    this.#inspecting = new Inspecting({
      engine,
      surroundings,
      status: this.#status,
      model: this.#model,
      inspected: this.#inspected,
      inspections: this.inspections,
      chosen: this.#chosen,
      instruments: this.#instruments,
      state,
      change,
      endWork: () => this.#endWork(),
    });
    this.#continuing = new Continuing({
      inspected: this.#inspected,
      inspecting: this.#inspecting,
      surroundings,
      state,
      report: (error) => this.#report(error),
    });
    this.#edits = new EditFollowing({
      inspected: this.#inspected,
      isOld: () => this.#inspected.isOld(this.#state.options),
      sendsText: () => sendsText(surroundings.request()),
      refresh: () => this.#inspecting.refresh(byItself),
      changed: (followsEdits) => this.#change({ followsEdits }),
      refused: () => this.refuse(surroundings.notFollowed()),
      ...(schedule && { schedule }),
    });
    this.handlers = { ...this.#ownHandlers, ...this.#instruments.handlers };
  }

  get state(): PanelState {
    return this.#state;
  }

  /** A copy of the text that the numbers belong to, where it stands now; null if nothing is shown. */
  get shown(): Subject | null {
    return this.#inspected.shown;
  }

  /** What the numbers of the chosen position and token are made from. */
  get chosen(): Looked {
    const { choice, run, request } = this.#chosen;
    return { choice, run, request };
  }

  /** Says what the first load will read, before it reads it. */
  async announce(): Promise<void> {
    if (this.#state.model) return;
    void this.#instruments.document.modelChanged();
    const { wanted } = this.#model;
    try {
      const upcoming = await this.#model.describe();
      if (this.#model.wanted === wanted) this.#change({ upcoming });
    } catch {
      // A setting that names no file is reported when the model is asked for.
    }
  }

  /** Resolves when all is shown or a newer one replaces it. One that is resumed asks for no download, sends no text. */
  async inspect(subject: Subject, resumed?: Resumed): Promise<void> {
    await this.#inspect(subject, this.#state.options.chat, resumed);
  }

  /** Inspects a text as a conversation with the options of before, or as it is. */
  async inspectAs(subject: Subject, as: 'chat' | 'text'): Promise<void> {
    await this.#inspect(subject, as === 'chat' ? (this.#state.options.chat ?? usualChat) : null);
  }

  async #inspect(subject: Subject, chat: ChatOptions | null, resumed?: Resumed): Promise<void> {
    this.#inspecting.cancelReading();
    this.#edits.begins(subject);
    const options = { ...this.#state.options, chat, ...resumed?.options };
    const choose = (text: TextView) => firstChoice(text, this.#state.model?.vocabulary ?? 0, resumed);
    const cause = resumed ? byReload : byUser(this.surroundings.request());
    await this.#inspecting.start({ subject, tracked: new TrackedText(subject), options, choose, cause });
  }

  /** Inspects the text at a place as it was seen before a reload. */
  async resume(place: Place, resumed: Resumed): Promise<void> {
    this.#change({ options: { ...this.#state.options, ...resumed.options } });
    const subject = await this.#inspecting.read(place);
    if (subject) await this.inspect(continued(subject, resumed.appended ?? []), resumed);
  }

  /** Shows an inspection as it was left, without running it again. Does nothing if there is none with this id. */
  async restore(id: number): Promise<void> {
    const past = this.inspections.find(id);
    if (!past) return;
    if (isKept(past))
      return this.resume(placeOfPast(past), { ...past.choice, options: restoredState(past, this.#state).options });
    this.#endWork();
    this.#inspecting.forgetWanted();
    this.#instruments.stopSearch();
    this.#instruments.textChanged(past.request.text !== this.#inspected.read);
    const place = placeOfPast(past);
    this.#edits.begins(place);
    const { rendered, ...subject } = past.subject;
    this.#inspected.begin({ ...subject, ...place, wholeLine: false }, past.tracked);
    this.#inspected.show(rendered);
    this.#inspected.key = past.key;
    this.inspections.current = null;
    // Numbers of one model mean nothing under another's name.
    const isOther = past.model !== this.#model.ofNumbers;
    this.#model.ofNumbers = past.model;
    if (isOther) this.#instruments.modelChanged();
    this.#chosen.takeOver(past);
    this.#status.end({ kind: 'ready' });
    const restored = restoredState(past, this.#state);
    this.#change({
      ...restored,
      both: bothWithoutText(this.#state.both),
      status: this.#status.resting,
      outOfDate: this.#inspected.isOld(restored.options),
    });
    this.inspections.current = id;
    // The options of the lists may have changed since.
    if (this.#model.isReady) await this.#choose(past.choice);
  }

  /**
   * Shows an inspection that was computed on another machine as if it had been made here before. Any further question
   * needs the model, whose download the panel offers.
   */
  async recall(subject: Subject, { contrasts, ...numbers }: Recorded, resumed: Resumed, download: Download) {
    const options = { ...this.#state.options, ...resumed.options };
    this.#change({ options });
    const request = textRequest(subject, options);
    this.#instruments.contrasts.set(request, contrasts);
    this.inspections.add({
      ...{ time: new Date(), subject, tracked: new TrackedText(subject), request },
      ...{ key: '', model: this.#model.wanted, run: null },
      choice: { position: numbers.position, tokenId: null, isOurs: true },
      state: { ...emptyState(options), ...numbers, source: sourceOf(subject) },
    });
    await this.restore(this.inspections.current ?? NaN);
    // The same text is inspected anew once the model is there.
    this.#inspected.key = null;
    this.#status.end({ kind: 'not-downloaded', ...download });
  }

  /** Lists inspections of before a reload. */
  bringBack({ all, isCut }: ReturnType<typeof keptInspections>): void {
    for (const one of all.toReversed()) this.inspections.add(one);
    this.inspections.current = null;
    this.inspections.isCut = isCut;
    if (all.length > 0) this.#change({ isKnown: true });
  }

  /** Forgets an inspection; if it is shown, its numbers go too. */
  remove(id: number): void {
    if (this.inspections.current === id) this.reset();
    this.inspections.remove(id);
  }

  /** Choices and settings, which hold at once. Without a `cause` a setting was changed. */
  async configure(change: Partial<PanelOptions>, cause?: Cause): Promise<void> {
    const before = this.#state.options;
    const options = { ...before, ...change };
    const differ = (...names: readonly (keyof PanelOptions)[]) => names.some((name) => options[name] !== before[name]);
    if (differ('context', 'plain', 'chat', 'limit') || (options.context && differ('contextTokens')))
      return void (await this.#inspecting.again(this.#inspecting.waitsFor === 'consent' ? undefined : cause, options));
    this.#change({ options });
    if (differ('centred', 'space', 'neighbours', 'top') && this.#state.token) await this.#choose(this.#chosen.choice);
  }

  /** The settings name another model, or another number of threads. */
  async modelChanged(): Promise<void> {
    if (this.#inspecting.busy || (this.#inspected.shown && this.#model.inMemory !== null))
      await this.#inspecting.again();
    else if (this.#model.busy) await this.#choose(this.#chosen.choice);
    else await this.announce();
  }

  /** A document was closed: what was written into it is not seen any more. */
  closed(uri: string): void {
    this.#edits.closed(uri);
    this.#instruments.document.closed(uri);
  }

  /** As `Opening.begin`. */
  opening(name: string, cancel: () => void): () => void {
    return this.#opening.begin(name, cancel);
  }

  get #busy(): boolean {
    return this.#inspecting.busy || this.#model.busy;
  }

  /** The user is about to unload the model. Work that waits for it is cancelled: it would load the model again. */
  letGo(): void {
    this.#edits.turn(false);
    this.#instruments.stopSearch();
    this.#instruments.document.stop();
    this.#opening.cancel();
    if (this.#busy || this.#inspecting.reading) this.#inspecting.stop(this.#status.cancelled);
  }

  /** The engine has no model any more. */
  unloaded(): void {
    this.#model.unloaded();
    // An edit would load the model again, or ask for its download. Work under way loads one itself.
    if (!this.#busy) this.#edits.turn(false);
    this.#chosen.lost();
    this.#instruments.document.unloaded();
    // Before its work is stopped, so that it knows what was under way.
    void this.#instruments.comparison.unloaded();
    if (this.#state.loaded) this.#change({ loaded: false });
  }

  /**
   * Loads a model to compare the loaded one with; without one, the model that the settings name is loaded first. `name`
   * is what a person calls it. Never rejects: the panel says what failed.
   */
  compare(other: OtherRequest, name: string): Promise<void> {
    return this.#instruments.comparison.load(other, name);
  }

  /** Compares the inspected text with a part of a document of this name. Never rejects: the panel says what failed. */
  compareText(text: string, name: string | null): Promise<void> {
    return this.#instruments.texts.begin(text, name);
  }

  /** Inspects a document as a whole. Never rejects: the panel says what failed. */
  inspectDocument(source: DocumentSource): Promise<void> {
    if (!this.#inspecting.busy) this.#status.forgetRefusal();
    return this.#instruments.document.begin(source);
  }

  /** The document that is inspected as a whole, and where its tokens stand now; null if nothing is known of one. */
  get placedDocument(): PlacedDocument | null {
    return this.#instruments.document.placed;
  }

  /** Where a range of that document is now; null if there is none. */
  placeInDocument(range: Range): Place | null {
    return this.#instruments.document.placeOf(range);
  }

  /** The path of the model that the loaded one is compared with; null if there is none. */
  get comparedWith(): string | null {
    return this.#instruments.comparison.path;
  }

  /** What is known of a run's text in the loaded model and the one that it is compared with; null if nothing is. */
  textInBoth(request: TextRequest): TextInBoth | null {
    return this.#instruments.comparison.textOf(request);
  }

  /** The layers run on another backend than before; null while it is not known. */
  backendChanged(backend: BackendView | null): void {
    if (backend) this.#inspecting.runsOn(backend.backend);
    if (this.#state.backend !== backend) this.#change({ backend });
  }

  /** Resolves once the engine has the model: at once if it has. Rejects if the model cannot be loaded. */
  ready(): Promise<void> {
    return this.#inspecting.ready(true);
  }

  /** The cursor stands on a token. That alone never loads the model. */
  follow(position: number): Promise<void> {
    return this.#cursor.do(position);
  }

  async intend(intent: Intent<StateIntentName>): Promise<void> {
    await handle(this.handlers, intent);
  }

  readonly #ownHandlers: Handlers<OwnIntentName> = {
    choosePosition: async ({ position }) => {
      this.#cursor.drop();
      if (this.#state.text?.tokens[position]) await this.#choose({ position, tokenId: null });
    },
    chooseToken: ({ id }) => this.#chooseToken(id),
    setOptions: ({ options }) => this.configure(options, byUser(this.surroundings.request())),
    refresh: ({ server }) => (server === undefined ? this.#inspecting.refresh() : this.#inspecting.refreshFor(server)),
    continueWith: ({ id }) => this.#continuing.with(id),
    takeOff: () => this.#continuing.takeOff(),
    insertAppended: () => this.#continuing.insert(),
    followEdits: ({ on }) => this.#edits.turn(on),
    cancel: () => {
      this.#opening.cancel();
      if (this.#busy) this.#inspecting.stop(this.#status.cancelled);
      else return this.#instruments.comparison.cancel();
    },
    download: () => {
      this.#model.agree();
      return this.#inspected.subject && this.#inspecting.waitsFor !== 'consent'
        ? this.#inspecting.refresh()
        : this.#choose(this.#chosen.choice);
    },
    load: () => this.#choose(this.#chosen.choice),
  };

  /** The inspected text stands at another place, or reads differently. */
  #textMoved(): void {
    const wasOld = this.#state.outOfDate;
    this.#change(this.#inspected.moved(this.#state));
    this.#edits.edited();
    const { outOfDate, run, model } = this.#state;
    const isComplete = run !== null || (model !== null && !predicts(model));
    // The text reads again as it did, so a failure to inspect the edited one no longer matters.
    if (wasOld && !outOfDate && isComplete && this.#status.resting.kind === 'failed' && !this.#inspecting.busy)
      this.#status.end({ kind: 'ready' });
  }

  /** Says in the panel why nothing was inspected; false while other work must not be hidden. */
  refuse(message: string, help: 'sample' | null = null): boolean {
    if (this.#inspecting.busy) return false;
    this.#inspected.key = null;
    this.#status.refuse(message, help);
    return true;
  }

  /** Ends all work and forgets what is shown; the model, the options and the past inspections stay. */
  reset(): void {
    this.#endWork();
    this.#edits.turn(false);
    this.#inspected.clear();
    this.inspections.current = null;
    this.#chosen.forgetRun();
    this.#chosen.choice = { position: null, tokenId: null };
    this.#status.end({ kind: 'empty' });
    const { options, model, loaded, vocabulary, both, document, documentLines, lab, backend } = this.#state;
    const { vector, keptVectors } = this.#state;
    const ofNoText = { vector, keptVectors, both: bothWithoutText(both) };
    const stays = { model, loaded, vocabulary, document, documentLines, lab, backend, ...ofNoText };
    this.#change({ ...emptyState(options), ...stays });
    // After the change, so that nothing of the former text is asked for again.
    this.#instruments.reset();
  }

  /** Id of the token at the chosen position. */
  get #ownId(): number | undefined {
    const { position } = this.#chosen.choice;
    return position === null ? undefined : this.#state.text?.tokens[position]?.id;
  }

  #modelReplaced(model: NonNullable<PanelState['model']>, first: boolean): void {
    // Ids and numbers of another model mean nothing in this one, and must not stand under its name.
    const { options } = this.#state;
    if (!first) {
      // What changes now is not how the inspection by the model before was left.
      this.inspections.current = null;
      this.#chosen.choice = { ...this.#chosen.choice, tokenId: null };
      this.#chosen.forgetRun();
      this.#instruments.modelChanged();
    }
    const gone = first ? {} : { text: null, run: null, position: null, prediction: null };
    const chat = !first && options.chat?.template && { ...options.chat, template: null };
    this.#change({
      ...{ model, loaded: true, token: null, neighbours: null, found: null, ...gone },
      ...(chat && { options: { ...options, chat } }),
    });
    if (first) void this.#instruments.document.modelChanged();
  }

  async #choose(choice: Choice): Promise<void> {
    this.#chosen.choice = choice;
    if (this.#inspecting.waitsFor === 'model') return void (await this.#inspecting.goOn());
    try {
      await this.#inspecting.ready();
      await this.#chosen.show();
      if (!this.#inspecting.busy) this.#status.forgetRefusal();
    } catch (error) {
      this.#report(error);
    }
  }

  #chooseToken(tokenId: number | null): Promise<void> {
    return this.#choose({ position: this.#chosen.choice.position, tokenId });
  }

  /** Shows the position of the first example, unless the user has chosen another. */
  async #chooseExample(contrasts: Contrasts): Promise<void> {
    const examples = contrasts.kind === 'part' ? contrasts.examples : [];
    const { text } = this.#state;
    // Of a conversation, what a person wrote comes before what the template adds.
    const isOwn = ({ position }: { readonly position: number }) =>
      !text?.chat || (text.chat.places[position] ?? null) !== null;
    const position = (examples.find(isOwn) ?? examples[0])?.position;
    const { choice } = this.#chosen;
    if (position === undefined || position === choice.position || !choice.isOurs) return;
    if (!text?.tokens[position]) return;
    this.#chosen.choice = { ...choice, position };
    try {
      await this.#chosen.show();
    } catch (error) {
      this.#report(error);
    }
  }

  async #follow(position: number): Promise<void> {
    if (!this.#state.text?.tokens[position]) return;
    const { choice: before } = this.#chosen;
    if (position === before.position) {
      this.#chosen.choice = { position, tokenId: before.tokenId };
      return;
    }
    const choice = { position, tokenId: null };
    if (this.#model.isReady) return this.#choose(choice);
    this.#chosen.choice = choice;
    this.#chosen.cancel();
    this.#change({ position, token: null, neighbours: null, prediction: null });
  }

  #endWork(): void {
    this.#cursor.drop();
    for (const work of [this.#inspecting, this.#chosen, this.#model]) work.cancel();
  }

  /** A request beside the inspection failed. */
  #report(error: unknown): void {
    if (isCancelled(error)) return;
    const failure = this.surroundings.failed(error);
    if (this.#inspecting.busy) return;
    this.#inspected.key = null;
    this.#status.end({ kind: 'failed', ...failure });
  }

  #change(change: Partial<PanelState>): void {
    if (Object.keys(change).length === 0) return;
    this.#state = { ...this.#state, ...change };
    this.inspections.update(() => ({ choice: this.#chosen.choice, state: kept(this.#state) }));
    this.listeners.changed(change);
    // Last: instruments may change the state in turn, and listeners must hear of the changes in their order.
    this.#instruments.changed(change);
  }
}

const heldAs = (model: ModelInfo | null) => JSON.stringify([model?.notices, model?.files, model?.threads]);
