import { withClearance, type clear } from '../../../shared/consent';
import type { MeasuredDocument } from '../../../shared/document/document';
import { measureDocument } from '../../../shared/document/measure';
import { DocumentSums, lineBeginnings } from '../../../shared/document/sums';
import type { DocumentView } from '../../../shared/document/view';
import type { Engine } from '../../../shared/engine';
import { isCancelled } from '../../../shared/errors';
import type { LoadRequest, ModelInfo } from '../../../shared/model';
import { serverPlace } from '../../../shared/modelName';
import type { PanelState } from '../../../shared/panel';
import { after } from '../../../shared/timers';
import type { Range } from '../../../shared/tokens';
import type { Translator } from '../../../shared/translator';
import type { PlacedDocument } from '../../shown';
import { whyDropped, type DocumentKeeper, type DocumentSource, type Recalled } from '../keptDocument';
import { fingerprint, type Edit, type SubjectPlace } from '../subject';
import { DownloadNeeded } from '../surroundings';
import { documentView, inPlace, noLines, type TokenNumbers, type TokenPart, type TextOfModel } from '../tokenPlaces';

/** At most four changes of the state a second: each copies what is known of every line. Milliseconds. */
const between = 250;
/** How often numbers are kept while there are more to come, milliseconds: a reload gives no time for that. */
const betweenKeeping = 30_000;
/** How long after the last edit the document is measured again, milliseconds. */
const pause = 300;

/** What it asks of the inspection. */
export interface DocumentContext {
  readonly engine: Engine;
  readonly l10n: Translator;
  state(): PanelState;
  change(change: Partial<PanelState>): void;
  /** Resolves once the engine has a model. */
  ready(): Promise<void>;
  /** Whether a text may be run again unasked: the wanted model is in memory, and no server gets the text. */
  mayFollow(): boolean;
  /** The address of the server that the settings name; null for a model on this machine. */
  wantedServer(): string | null;
  /** Whether a text may go to a model, the wanted one unless another is given. `server`: as `wantedServer` was then. */
  clear(server: string | null, model?: Pick<LoadRequest | ModelInfo, 'server'>): ReturnType<typeof clear>;
  /** Logs what failed and returns a sentence for a person. */
  failed(error: unknown): string;
  /** The model that numbers come from, or that is loaded next, as `modelOfLoad`. */
  model(): string;
  readonly keeper?: DocumentKeeper | undefined;
}

/** `end` ends what is under way. */
type Stage =
  | { readonly is: 'none' | 'done' }
  | { readonly is: 'stopped'; readonly why: string | null }
  /** Waits for the model, and reads the text only then. */
  | { readonly is: 'waiting'; end(): void }
  /** `now`: how far this run is. */
  | { readonly is: 'measuring'; end(): void; readonly of: TextOfModel; readonly now: MeasuredDocument | null }
  /** An edit is measured after a pause in typing. `before`: whether a run ended with it. */
  | { readonly is: 'pausing'; end(): void; readonly before: 'running' | 'done' };

/** The one document that is inspected as a whole. It stays inspected while it is edited. */
export class WholeDocument {
  #source: DocumentSource | null = null;
  #shown: TokenPart | null = null;
  /** The newest numbers, whose windows need not be run again. */
  #before: MeasuredDocument | null = null;
  #stage: Stage = { is: 'none' };
  /** When the page was told and numbers were kept last, and the lines whose beginnings the page has. */
  readonly #told = { at: -Infinity, keptAt: -Infinity, lines: noLines.starts };

  constructor(private readonly context: DocumentContext) {}

  /** null if nothing is known of one. */
  get placed(): PlacedDocument | null {
    if (!this.#source || !this.#shown) return null;
    const { measured, places, sums } = this.#shown;
    const surprising = sums.surprising.flatMap((token) => places.now(token) ?? []);
    return { uri: this.#source.uri, measured, places, surprising };
  }

  /**
   * Where a range that the panel shows is now; null without a document. A line break at its end is left out, because
   * the cursor would stand in the next line.
   */
  placeOf({ start, end }: Range): SubjectPlace | null {
    const text = this.#shown?.text.slice(start, end) ?? '';
    const range = { start, end: end - (text.length - text.replace(/(.)\r?\n$/s, '$1').length) };
    return this.#source && { uri: this.#source.uri, ...(this.#shown?.places.near(range) ?? range) };
  }

  /** Measures a document as the user asks. Never rejects: the view says what failed. */
  async begin(source: DocumentSource): Promise<void> {
    if (source.uri !== this.#source?.uri) this.#shown = this.#before = null;
    this.#source = source;
    await this.#measure();
  }

  /** What was measured stays. */
  stop(): void {
    const isDone = this.#progress === 'done' && !this.#shown?.outOfDate;
    if (this.#progress === 'stopped' || (isDone && this.#stage.is === 'done')) return;
    this.#to(isDone ? { is: 'done' } : { is: 'stopped', why: null });
  }

  /** Measures again from the start if control tokens were read in another way than the options say now. */
  async goOn(): Promise<void> {
    const { plain } = this.context.state().options;
    if (this.#stage.is === 'stopped' || this.#shown?.plain !== plain) await this.#measure();
  }

  close(): void {
    this.#source = this.#shown = this.#before = null;
    this.#to({ is: 'none' });
    this.context.keeper?.keep(null);
    if (this.context.state().document) this.context.change({ document: null, documentLines: [] });
    this.#told.lines = noLines.starts;
  }

  edited(uri: string, edits: readonly Edit[]): void {
    if (uri !== this.#source?.uri) return;
    const by = edits.reduce((sum, { start, end, length }) => sum + length - (end - start), 0);
    this.#shown?.places.edited(edits);
    this.#changed((this.#shown?.length ?? 0) + by);
  }

  /** The document may have changed unseen. */
  seen(uri: string): void {
    const [source, shown, stage] = [this.#source, this.#shown, this.#stage];
    if (!source || uri !== source.uri) return;
    const text = source.read();
    if (shown && text !== shown.text && (!shown.outOfDate || text.length !== shown.length)) {
      shown.places.lose();
      return this.#changed(text.length);
    }
    if (shown?.outOfDate && text === shown.text) {
      this.#shown = inPlace(shown);
      this.#publish();
    }
    if (stage.is === 'measuring' && stage.of.text !== text) this.#again();
  }

  /** Edits that were not measured yet may be gone with the document. */
  closed(uri: string): void {
    if (uri === this.#source?.uri && this.#stage.is === 'pausing') this.stop();
  }

  /** The engine has no model any more. */
  unloaded(): void {
    if (this.#stage.is !== 'waiting') this.stop();
  }

  /** The model may be another: its numbers go, and those that this one made before come back. Loads nothing. */
  async modelChanged(): Promise<void> {
    const { l10n, model, keeper } = this.context;
    const of = this.#shown?.model ?? (this.#stage.is === 'measuring' ? this.#stage.of.model : undefined);
    if (of !== undefined && of !== model()) {
      this.#keep();
      this.#shown = this.#before = null;
      const why = l10n.t(
        'The numbers came from another model and were removed. They come back with that model, unless you continue with this one.',
      );
      if (this.#stage.is === 'waiting') this.#publish();
      else this.#to({ is: 'stopped', why });
    }
    if (this.#shown || this.#progress !== 'stopped') return;
    const stage = this.#stage;
    const found = await keeper?.recall(model());
    const isOurs = (this.#source?.uri ?? found?.kept.uri) === found?.kept.uri && found?.kept.model === model();
    if (found && isOurs && this.#stage === stage) this.#recall(found);
  }

  #recall({ kept, source, sums }: Recalled): void {
    const [{ tokens, measured }, text] = [kept.measured, source.read()];
    const why = whyDropped(kept, text, this.context.l10n);
    if (why === null) this.#shown = inPlace({ ...kept, text, sums });
    this.#before = this.#shown && kept.measured;
    this.#source = source;
    this.#stage = this.#shown && measured === tokens.ids.length ? { is: 'done' } : { is: 'stopped', why };
    this.#publish();
  }

  #keep(): void {
    const [source, shown] = [this.#source, this.#shown];
    if (!source || !shown?.measured.measured) return;
    const { text, plain, model, measured } = shown;
    this.#told.keptAt = performance.now();
    this.context.keeper?.keep({ uri: source.uri, print: fingerprint(text), plain, model, measured });
  }

  get #progress(): DocumentView['progress'] {
    const stage = this.#stage;
    if ('end' in stage) return stage.is === 'pausing' ? stage.before : 'running';
    return stage.is === 'done' ? 'done' : 'stopped';
  }

  #halt(): void {
    if ('end' in this.#stage) this.#stage.end();
  }

  #to(stage: Stage): void {
    this.#halt();
    this.#stage = stage;
    if (!('end' in stage)) this.#keep();
    this.#publish();
  }

  /** The text is another one than the numbers belong to. */
  #changed(length: number): void {
    const isFirst = this.#shown?.outOfDate === false;
    this.#shown &&= { ...this.#shown, length, outOfDate: true };
    this.#again();
    if (isFirst) this.#publish();
  }

  /** Measures the present text after a pause, if it may. A run that waits for the model reads it later anyway. */
  #again(): void {
    const before = this.#progress;
    if (before === 'stopped' || this.#stage.is === 'waiting') return;
    if (!this.context.mayFollow()) return this.stop();
    // Another model may be wanted by then.
    const end = after(pause, () => (this.context.mayFollow() ? void this.#measure() : this.stop()));
    this.#halt();
    this.#stage = { is: 'pausing', end, before };
  }

  async #measure(): Promise<void> {
    const { context } = this;
    const source = this.#source;
    if (!source) return;
    const abort = new AbortController();
    const [{ signal }, end] = [abort, () => abort.abort()];
    this.#to({ is: 'waiting', end });
    try {
      const wanted = context.wantedServer();
      let leave = context.clear(wanted);
      if ('clearance' in leave) {
        // Another model may have been chosen meanwhile, which runs on a server.
        const held = () => 'held' in context.clear(wanted);
        await context.ready().catch((error: unknown) => (held() ? undefined : Promise.reject(error)));
        if (signal.aborted) return;
        leave = held() ? context.clear(wanted) : context.clear(wanted, context.state().model ?? {});
      }
      if ('held' in leave) {
        const { l10n } = context;
        const why = l10n.t(
          'The document was not sent to {0}. Inspect a selection first, and agree to send text to that server.',
          serverPlace(leave.held),
        );
        return this.#to({ is: 'stopped', why });
      }
      const engine = withClearance(context.engine, leave.clearance);
      const of = { text: source.read(), plain: context.state().options.plain, model: context.model() };
      this.#stage = { is: 'measuring', end, of, now: null };
      const sums = new DocumentSums(of.text);
      for await (const now of measureDocument(engine, of, { signal, before: this.#before })) {
        if (signal.aborted) return;
        sums.take(now);
        this.#stage = { is: 'measuring', end, of, now };
        this.#take({ ...of, measured: now, sums });
      }
      if (!signal.aborted) this.#to({ is: 'done' });
    } catch (error) {
      // If the engine was lost, the run was stopped before its failure is known.
      if (signal.aborted && (this.#stage.is !== 'stopped' || isCancelled(error))) return;
      this.#to({ is: 'stopped', why: this.#sentence(error) });
    }
  }

  /** The numbers before are shown until there are as many new ones. */
  #take(part: TokenNumbers): void {
    const { measured } = part;
    if (measured.measured > 0) this.#before = measured;
    const shown = this.#shown;
    if (!shown || measured.measured >= Math.min(shown.measured.measured, measured.tokens.ids.length)) {
      const isSame = shown?.measured.tokens === measured.tokens;
      this.#shown = { ...inPlace(part), ...(isSame && { places: shown.places }) };
    }
    const now = performance.now();
    if (now - this.#told.keptAt >= betweenKeeping) this.#keep();
    if (now - this.#told.at < between) return;
    this.#told.at = now;
    this.#publish();
  }

  #sentence(error: unknown): string | null {
    const { l10n, failed } = this.context;
    if (error instanceof DownloadNeeded)
      return l10n.t('The model is not downloaded yet. Download it, then continue to measure the document.');
    return isCancelled(error) ? null : failed(error);
  }

  #publish(): void {
    if (!this.#source) return;
    const [shown, stage] = [this.#shown, this.#stage];
    const reached = (stage.is === 'measuring' ? stage.now : null) ?? shown?.measured;
    const how = { progress: this.#progress, failure: stage.is === 'stopped' ? stage.why : null };
    const document = documentView(this.#source, shown, reached, how);
    const { starts } = shown?.sums.lines ?? noLines;
    const isListed = starts === this.#told.lines;
    this.context.change({ document, ...(!isListed && { documentLines: lineBeginnings(shown?.text ?? '', starts) }) });
    this.#told.lines = starts;
  }
}
