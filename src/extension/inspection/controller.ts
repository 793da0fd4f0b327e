import type { BackendView } from '../../shared/backend';
import type { OtherModel, OtherRequest, TextInBoth } from '../../shared/both';
import { usualChat, type ChatOptions } from '../../shared/chat/view';
import { clear, type Cause, type ClearedEngine } from '../../shared/consent';
import type { Engine } from '../../shared/engine';
import { EngineError, isCancelled } from '../../shared/errors';
import { handle, type Handlers, type Intent } from '../../shared/intents';
import type { KeptState } from '../../shared/kept';
import { loadKey, modelOfLoad } from '../../shared/model';
import type { PanelOptions, PanelState } from '../../shared/panel';
import type { NamedToken, TextRequest, Range } from '../../shared/tokens';
import { sendsText } from '../served';
import type { PlacedDocument } from '../shown';
import { chosenEntries, valuesOf } from './answers';
import { Documents } from './documents';
import { stageSlots, type Effect, type Event } from './events';
import { inspectionHandlers, look, lookingHandlers } from './handlers';
import { Inspections, isKept, placeOfPast, restoredOptions, type PastInspection } from './inspections';
import { BlamedParts } from './instruments/blame';
import { Continuations } from './instruments/continuations';
import { Laboratory } from './instruments/laboratory';
import { MatteredParts } from './instruments/matters';
import { WholeDocument } from './instruments/wholeDocument';
import type { DocumentSource } from './keptDocument';
import type { keptInspections } from './keptInspections';
import { NewestValue } from './newest';
import type { EntryName } from './questions';
import { Runner, type Owner } from './runner';
import { heldOf } from './second';
import { isUnderWay, restOf, workOf } from './stage';
import { initialState, placeOfWish, type ShownChoice, type State, type World } from './state';
import { WorkingStatus } from './status';
import { samePlace, type SubjectPlace, type Subject } from './subject';
import type { InspectionSurroundings, NamedFile } from './surroundings';
import { TrackedText } from './trackedText';
import { emptyState, withoutInstruments } from './views';

type StateIntentName = keyof ReturnType<typeof lookingHandlers> | keyof ReturnType<typeof inspectionHandlers>;

/** How an inspection was left before a reload. */
export type Resumed = Pick<KeptState, 'options' | 'position' | 'tokenId'> & {
  readonly appended?: readonly NamedToken[];
};

export interface Listeners {
  changed(change: Partial<PanelState>): void;
  inspectionsChanged(): void;
}

const itself: Cause = { by: 'itself' };

/** Turns inspections and intents into events of the machine, and its state into the panel's. */
export class InspectionController {
  readonly inspections: Inspections;
  readonly documents: Documents;
  readonly handlers: Handlers<StateIntentName>;
  /** `told`: facts that have changed, to be told with what follows from them. */
  readonly #panel: { state: PanelState; told: Partial<PanelState> };
  readonly #runner: Runner;
  readonly #status = new WorkingStatus((status) => this.#change({ status }));
  /** What is computed beside the inspection over many calls. */
  readonly #beside: {
    readonly document: WholeDocument;
    readonly laboratory: Laboratory;
    readonly continuations: Continuations;
    readonly blame: BlamedParts;
    readonly matters: MatteredParts;
  };
  readonly #cursor = new NewestValue<number>((position) => this.#follow(position));
  readonly #owner: { readonly surroundings: InspectionSurroundings; readonly listeners: Listeners };

  constructor(
    engine: ClearedEngine,
    surroundings: InspectionSurroundings,
    listeners: Listeners,
    options: PanelOptions,
    schedule?: Owner['schedule'],
  ) {
    this.#owner = { surroundings, listeners };
    this.#panel = { state: { ...emptyState(options), keptVectors: surroundings.keptVectors.all }, told: {} };
    this.inspections = new Inspections(() => listeners.inspectionsChanged());
    const change = (facts: Partial<PanelState>) => this.#change(facts);
    const report = (error: unknown) => this.#do(engine, { do: 'report', error });
    const failed = (error: unknown) => surroundings.failed(error).message;
    this.#runner = new Runner(
      {
        ask: (call, request, control) => this.#ask(engine, call, request, control),
        world: () => this.#world(),
        changed: (view) => this.#tell(view),
        does: (effect) => this.#do(engine, effect),
        progressed: (slot, progress) => stageSlots.some((one) => one === slot) && this.#status.progress(progress),
        ...{ failed, failedOther: (error) => surroundings.failedOther(error) },
        ...(schedule && { schedule }),
      },
      initialState(options),
    );
    const beside = {
      ...{ engine: engine as Engine, l10n: surroundings.l10n, state: () => this.state, change, failed, report },
      ...(surroundings.keeper && { keeper: surroundings.keeper }),
      model: () => modelOfLoad(this.#runner.state.numbersOf?.key ?? loadKey(surroundings.request())),
      ready: () => this.ready(null),
      reading: () => this.#runner.now.asRead,
      inspected: () => this.#runner.now,
      scaled: (other: OtherModel) => this.#send({ type: 'scaled', other }),
      mayFollow: () => this.#runner.now.isHere && !sendsText(surroundings.request()),
      wantedServer: () => surroundings.request().server?.address ?? null,
      clear: (server: string | null, model: Parameters<typeof clear>[0] = surroundings.request()) =>
        clear(model, { by: 'user', server }, (address) => surroundings.isAgreed(address)),
    };
    this.#beside = {
      document: new WholeDocument(beside),
      laboratory: new Laboratory(beside),
      continuations: new Continuations(beside),
      blame: new BlamedParts(beside),
      matters: new MatteredParts(beside),
    };
    this.documents = new Documents(
      () => this.#runner.state,
      this.inspections,
      this.#beside.document,
      () => this.#send({ type: 'edited' }),
    );
    const parts = { runner: this.#runner, surroundings, change, report };
    this.handlers = {
      ...inspectionHandlers({ ...parts, ...this.#beside, controller: this }),
      ...lookingHandlers(this.#runner, () => this.isBusy),
    };
    this.#tell({});
  }

  get state(): PanelState {
    return this.#panel.state;
  }

  /** A copy of the text that the numbers belong to, where it stands now; null if nothing is shown. */
  get shown(): Subject | null {
    const { shown } = this.#runner.state;
    if (!shown) return null;
    const { wish, rendered } = shown;
    return { ...wish.subject, ...placeOfWish(wish), ...(rendered !== undefined && { rendered }) };
  }

  /** What the numbers of the chosen position and token are made from. */
  get chosen(): { readonly machine: State } {
    return { machine: this.#runner.state };
  }

  /** The user acts now: what is asked for may go to the server that the settings name at this moment. */
  get byUser(): Cause {
    return { by: 'user', server: this.#owner.surroundings.request().server?.address ?? null };
  }

  /** Whether an inspection is under way, or the model is being loaded. */
  get isBusy(): boolean {
    return isUnderWay(this.#runner.state, this.#world());
  }

  /** Says what the first load will read, before it reads it. */
  async announce(): Promise<void> {
    if (this.state.model) return;
    void this.#beside.document.modelChanged();
    const { surroundings } = this.#owner;
    const request = surroundings.request();
    try {
      const upcoming = await surroundings.describe(request);
      if (loadKey(surroundings.request()) === loadKey(request)) this.#change({ upcoming });
    } catch {
      // A setting that names no file is reported when the model is asked for.
    }
  }

  /** Resolves when all is shown or a newer one replaces it. One that is resumed asks for no download, sends no text. */
  async inspect(subject: Subject, resumed?: Resumed): Promise<void> {
    if (!resumed) return this.#inspect(subject, this.state.options.chat);
    const { options, position, tokenId } = resumed;
    this.#leave(subject, subject.text);
    this.#send({ type: 'options', options: { ...this.state.options, ...options } });
    const choosing = { to: 'first', position, tokenId } as const;
    const how = { chat: options.chat, cause: itself, asks: false, choosing };
    await this.#done({ type: 'inspect', wanted: { subject, tracked: new TrackedText(subject), ...how } });
  }

  /** Inspects a text as a conversation with the options of before, or as it is. */
  async inspectAs(subject: Subject, as: 'chat' | 'text'): Promise<void> {
    await this.#inspect(subject, as === 'chat' ? (this.state.options.chat ?? usualChat) : null);
  }

  async #inspect(subject: Subject, chat: ChatOptions | null): Promise<void> {
    this.#leave(subject, subject.text);
    const wanted = { subject, tracked: new TrackedText(subject), chat, cause: this.byUser, asks: true };
    await this.#done({ type: 'inspect', wanted: { ...wanted, choosing: { to: 'first' } } });
  }

  /** Inspects the text at a place as it was seen before a reload. Asks for no download, and sends no text. */
  async resume(place: SubjectPlace, { options, position, tokenId, appended = [] }: Resumed): Promise<void> {
    this.#leave(place);
    this.#send({ type: 'options', options: { ...this.state.options, ...options, chat: this.state.options.chat } });
    const resumed = { choosing: { to: 'first', position, tokenId } as const, chat: options.chat, appended };
    await this.#done({ type: 'read', reading: { place, cause: itself, asks: false, resumed, grows: false } });
  }

  /** Edits of another text are not followed, and a second text was meant for the one that is left. */
  #leave(place: SubjectPlace, text?: string): void {
    const { wish, followsEdits, looking } = this.#runner.state;
    if (!wish) return;
    const isElsewhere = !samePlace(placeOfWish(wish), place);
    if (followsEdits && isElsewhere) this.#send({ type: 'follow', on: false });
    const isOther = text === undefined ? isElsewhere : wish.subject.text !== text;
    if (looking.texts && isOther) this.#send({ type: 'compareTexts', text: null });
  }

  /** Shows an inspection as it was left, without running it again. Does nothing if there is none with this id. */
  async restore(id: number): Promise<void> {
    const past = this.inspections.find(id);
    if (!past) return;
    const options = restoredOptions(past, this.state);
    if (isKept(past) || !past.shown || !past.state.model)
      return this.resume(placeOfPast(past), { ...past.choice, options });
    this.showPast(past, past.shown, options);
    await this.#runner.until(...chosenEntries);
  }

  /** Shows an inspection that was made here, or on another machine: then with what was `recorded` of it. */
  showPast(
    past: PastInspection,
    { wish, ...shown }: ShownChoice,
    options: PanelOptions,
    recorded?: readonly (readonly [name: EntryName, value: unknown])[],
    ended?: State['ended'],
  ): void {
    this.#leave(placeOfPast(past), past.subject.text);
    const { model: info, position, token, neighbours, prediction } = past.state;
    if (!info) return;
    const subject = { ...wish.subject, ...placeOfPast(past), wholeLine: false };
    this.#send({
      ...{ type: 'restored', shown: { ...shown, wish: { ...wish, subject } }, options },
      numbersOf: { key: past.model, info },
      ...{ choice: past.choice, answers: past.answers, drawn: { position, token, neighbours, prediction } },
      ...(recorded && { recorded }),
      ...(ended && { ended }),
    });
  }

  /** Lists inspections of before a reload. */
  bringBack({ all, isCut }: ReturnType<typeof keptInspections>): void {
    for (const one of all.toReversed()) this.inspections.add(one);
    this.inspections.isCut = isCut;
    if (all.length > 0) this.#change({ isKnown: true });
  }

  /** Forgets an inspection; if it is shown, its numbers go too. */
  remove(id: number): void {
    if (this.inspections.current === id) this.reset();
    this.inspections.remove(id);
  }

  /** Choices and settings, which hold at once. Without a `cause` a setting was changed. */
  async configure(change: Partial<PanelOptions>, cause = itself): Promise<void> {
    const before = this.state.options;
    const options = { ...before, ...change };
    const differ = (...names: readonly (keyof PanelOptions)[]) => names.some((name) => options[name] !== before[name]);
    if (!differ('context', 'plain', 'chat', 'limit') && !(options.context && differ('contextTokens'))) {
      this.#send({ type: 'options', options });
      return this.#runner.until(...chosenEntries);
    }
    await this.#done({ type: 'again', options, cause });
  }

  /** The settings name another model, or another number of threads. */
  async modelChanged(): Promise<void> {
    await this.#done({ type: 'settings' });
    await this.announce();
  }

  /** A document was closed: what was written into it is not seen any more. */
  closed(uri: string): void {
    if (this.#runner.state.wish?.subject.uri === uri) this.#send({ type: 'follow', on: false });
    this.#beside.document.closed(uri);
  }

  /**
   * Shows the name of a model that is being opened at once, unless other work is shown. Returns a function that ends
   * this. `cancel` is called if the user gives up the model.
   */
  opening(name: string, cancel: () => void): () => void {
    if (this.isBusy) return () => undefined;
    const opening = { name, cancel };
    this.#send({ type: 'opening', opening });
    return () => this.#runner.state.opening === opening && this.#send({ type: 'opening', opening: null });
  }

  /** The user is about to unload the model. Work that waits for it is cancelled: it would load the model again. */
  letGo(): void {
    this.#send({ type: 'follow', on: false });
    this.#stopSearch();
    this.#beside.document.stop();
    const { opening, reading } = this.#runner.state;
    if (opening || reading || this.isBusy) this.cancel();
  }

  cancel(): void {
    this.#cursor.drop();
    this.#beside.continuations.stop();
    this.#beside.blame.stop();
    this.#beside.matters.stop();
    this.#send({ type: 'cancel', isFetching: this.#status.isFetching });
  }

  /** The engine has no model any more. */
  unloaded(): void {
    this.#beside.document.unloaded();
    this.#send({ type: 'ended' });
  }

  /**
   * Loads a model to compare the loaded one with; without one, the model that the settings name is loaded first. `name`
   * is what a person calls it. Never rejects: the panel says what failed.
   */
  async compare(request: OtherRequest, name: string): Promise<void> {
    this.#send({ type: 'compare', asked: { request, name } });
    await this.#runner.when(() => !['wanted', 'comingBack'].includes(this.#runner.state.second.is));
  }

  /** Compares the inspected text with a part of a document of this name. Never rejects: the panel says what failed. */
  async compareText(text: string, from: string | null, appended?: TextRequest['appended']): Promise<void> {
    const intent = { type: 'compareTexts', text, from, ...(appended && { appended }) } as const;
    await look(this.#runner, intent, () => this.isBusy);
  }

  /** Inspects a document as a whole. Never rejects: the panel says what failed. */
  inspectDocument(source: DocumentSource): Promise<void> {
    this.#send({ type: 'refuse', failure: null });
    return this.#beside.document.begin(source);
  }

  /** The document that is inspected as a whole, and where its tokens stand now; null if nothing is known of one. */
  get placedDocument(): PlacedDocument | null {
    return this.#beside.document.placed;
  }

  /** Where a range of that document is now; null if there is none. */
  placeInDocument(range: Range): SubjectPlace | null {
    return this.#beside.document.placeOf(range);
  }

  /** Puts the cut of a tokenizer's file beside the loaded model's, and lists it. */
  async besideTokenizer({ path, name }: NamedFile): Promise<void> {
    const event = { type: 'besideTokenizer', key: path, opened: name } as const;
    await look(this.#runner, event, () => this.isBusy);
  }

  /** The path of the model that the loaded one is compared with; null if there is none. */
  get comparedWith(): string | null {
    return heldOf(this.#runner.state.second)?.request.path ?? null;
  }

  /** What is known of a run's text in the loaded model and the one that it is compared with; null if nothing is. */
  textInBoth(request: TextRequest): TextInBoth | null {
    const other = heldOf(this.#runner.state.second)?.other;
    const known = valuesOf('bothText', this.#runner.state);
    return known.find((one) => one.other === other && one.request === request)?.text ?? null;
  }

  /** The layers run on another backend than before; null while it is not known. */
  backendChanged(backend: BackendView | null): void {
    if (this.state.backend !== backend) this.#change({ backend }, { type: 'backend', backend });
  }

  /**
   * Resolves once the engine has the model: at once if it has. Rejects if it cannot be loaded. `asks` for a download;
   * null: if the panel does not offer it already.
   */
  async ready(asks: boolean | null = true): Promise<void> {
    if (this.#runner.now.isHere) return;
    const wanted = () => loadKey(this.#owner.surroundings.request());
    const before = wanted();
    this.#send({ type: 'need', told: false, ...(asks !== null && { asks }) });
    await this.#runner.when(() => !this.isBusy || wanted() !== before);
    // Whoever made the later choice hears of its failure.
    if (wanted() !== before) throw new EngineError('cancelled', 'Another model was chosen.');
    if (this.#runner.now.isHere) return;
    throw this.#runner.state.loadError ?? new EngineError('cancelled', 'The load was cancelled.');
  }

  /** The cursor stands on a token. That alone never loads the model. */
  follow(position: number): Promise<void> {
    return this.#cursor.do(position);
  }

  async #follow(position: number): Promise<void> {
    if (!this.state.text?.tokens[position]) return;
    const { choice } = this.#runner.state;
    const isSame = position === choice.position;
    this.#send({ type: 'choose', choice: { position, tokenId: isSame ? choice.tokenId : null } });
    if (!isSame && !this.#runner.now.isHere) this.#send({ type: 'drawAtOnce' });
    await this.#runner.until(...chosenEntries);
  }

  async intend(intent: Intent<StateIntentName>): Promise<void> {
    await handle(this.handlers, intent);
  }

  /** A choice needs the model. Resolves once its numbers are shown. */
  async choose(choice: State['choice']): Promise<void> {
    this.#cursor.drop();
    this.#send({ type: 'choose', choice });
    this.#send({ type: 'refuse', failure: null });
    if (!this.#runner.now.isHere) {
      const { wish } = this.#runner.state;
      this.#send({ type: 'need', told: true });
      const isAnew = this.#runner.state.wish !== wish;
      await this.#runner.when(() => !this.isBusy || (!isAnew && this.#runner.now.isHere));
    }
    await this.#runner.until(...chosenEntries);
  }

  /** Says in the panel why nothing was inspected; false while other work must not be hidden. */
  refuse(message: string, help: 'sample' | null = null): boolean {
    if (this.isBusy) return false;
    this.#send({ type: 'refuse', failure: { message, help } });
    return true;
  }

  /** Ends all work and forgets what is shown; the model, the options and the past inspections stay. */
  reset(): void {
    this.#cursor.drop();
    this.#stopSearch();
    this.#send({ type: 'reset' });
  }

  /** A search that is under way is over. */
  #stopSearch(): void {
    if (this.#runner.isAsking('find') || !this.#runner.now.isHere) this.#send({ type: 'find', query: '' });
  }

  #send(event: Event): void {
    this.#change({}, event);
  }

  /** Resolves once nothing goes on any more that an inspection waits for. */
  async #done(event: Event): Promise<void> {
    this.#send(event);
    await this.#runner.when(() => !this.isBusy && this.#runner.state.reading === null);
  }

  #ask(engine: ClearedEngine, call: Parameters<Owner['ask']>[0], request: unknown, control: object): Promise<unknown> {
    const { surroundings } = this.#owner;
    if (call === 'read') return surroundings.read(request as SubjectPlace);
    if (call === 'describe') return surroundings.describe(request as Parameters<InspectionSurroundings['describe']>[0]);
    return (engine[call] as (request: unknown, control: object) => Promise<unknown>)(request, control);
  }

  #do(engine: ClearedEngine, effect: Effect): void {
    const { surroundings } = this.#owner;
    switch (effect.do) {
      case 'report':
        if (isCancelled(effect.error)) return;
        // What goes on must not be hidden.
        return this.#failed(effect.error, !isUnderWay(this.#runner.state, this.#world()));
      case 'fail':
        return this.#failed(effect.error, true);
      case 'keep':
        return this.#keep();
      case 'askDownload':
        return surroundings.ask(effect.download);
      case 'giveUp':
        return effect.cancel();
      case 'refuseFollowing':
        return void this.refuse(surroundings.notFollowed());
      case 'forgetModel':
        if (!effect.isFirst) this.#beside.laboratory.clear();
        return void this.#beside.document.modelChanged();
      case 'releaseOther':
      case 'endTexts':
        return void engine[effect.do]({}).catch((error: unknown) => this.#do(engine, { do: 'report', error }));
      case 'after':
      case 'drop':
    }
  }

  #failed(error: unknown, isShown: boolean): void {
    const failure = this.#owner.surroundings.failed(error);
    if (isShown) this.#send({ type: 'reported', failure });
  }

  #world(): World {
    const { surroundings } = this.#owner;
    const { backend, lab } = this.state;
    return {
      ...{ wanted: surroundings.request(), backend, lab, l10n: surroundings.l10n },
      tokenizers: () => surroundings.tokenizers?.() ?? null,
      isAgreed: (address) => surroundings.isAgreed(address),
      comparisonEnded: (name) => surroundings.comparisonEnded(name),
    };
  }

  /** The inspection is complete. */
  #keep(): void {
    const { shown, numbersOf, choice } = this.#runner.state;
    if (!shown || !numbersOf) return;
    const { wish, request, ran, rendered } = shown;
    this.inspections.add({
      ...{ time: new Date(), subject: { ...wish.subject, ...(rendered !== undefined && { rendered }) } },
      tracked: wish.tracked,
      ...{ key: wish.key, model: numbersOf.key, run: ran?.run ?? null, request, choice, shown },
      ...{ state: withoutInstruments(this.state), answers: {} },
    });
  }

  /** Changes facts, and what follows from them, in one change. */
  #change(facts: Partial<PanelState>, event: Event = { type: 'world' }): void {
    const panel = this.#panel;
    panel.state = { ...panel.state, ...facts };
    panel.told = { ...panel.told, ...facts };
    this.#runner.send(event);
    this.#tell({});
  }

  #tell(view: Partial<PanelState>): void {
    const { state } = this.#runner;
    const { wish, shown, followsEdits, answers } = state;
    if (wish) wish.tracked.grows = followsEdits;
    const panel = this.#panel;
    const change = { ...panel.told, ...view };
    panel.told = {};
    panel.state = { ...panel.state, ...view };
    const isChanged = Object.keys(change).length > 0;
    const how = () => {
      const { token, neighbours, prediction } = answers;
      const known = { ...(token && { token }), ...(neighbours && { neighbours }), ...(prediction && { prediction }) };
      return { choice: state.choice, state: withoutInstruments(this.state), answers: known };
    };
    this.#beside.continuations.follow();
    this.#beside.blame.follow();
    this.#beside.matters.follow();
    const isDone = shown?.wish.isDone && wish?.id === shown.wish.id;
    this.inspections.show(isDone ? shown.wish.id : null, isChanged ? how : null);
    if (isChanged) this.#owner.listeners.changed(change);
    const world = this.#world();
    this.#status.follow(workOf(state, world), restOf(state, world), view.text !== undefined && view.text !== null);
  }
}
