import type { MeasuredDocument } from '../../../shared/document/document';
import { measureDocument } from '../../../shared/document/measure';
import { DocumentSums, lineBeginnings } from '../../../shared/document/sums';
import type { DocumentView } from '../../../shared/document/view';
import { isCancelled } from '../../../shared/errors';
import { summed } from '../../../shared/surprisalSum';
import { after } from '../../../shared/timers';
import type { PlacedDocument } from '../../shown';
import type { Range } from '../inspected';
import { DownloadNeeded } from '../modelInUse';
import type { Edit, Place } from '../subject';
import { TokenPlaces } from '../tokenPlaces';
import type { InstrumentContext } from './instrument';

/** At most four changes of the state a second: each copies what is known of every line. Milliseconds. */
const between = 250;
/** How long after the last edit the document is measured again, milliseconds. */
const pause = 300;

/** A document to inspect. */
export interface DocumentSource {
  /** A name for a person. */
  readonly name: string;
  readonly uri: string;
  /** The document's present text. */
  read(): string;
}

/** The numbers of one state of the document. */
interface Part {
  readonly text: string;
  /** As in the request. */
  readonly plain: boolean;
  readonly measured: MeasuredDocument;
  readonly sums: DocumentSums;
  readonly places: TokenPlaces;
  /** The length of the document as far as its edits were seen. UTF-16 units. */
  readonly length: number;
  readonly outOfDate: boolean;
}

/** Work under way. */
interface Run {
  readonly abort: AbortController;
  /** The text that it measures; null while it waits for the model, since it reads the text only then. */
  text: string | null;
}

/** The one document that is inspected as a whole. It stays inspected while it is edited. */
export class WholeDocument {
  #source: DocumentSource | null = null;
  #shown: Part | null = null;
  /** The newest numbers, whose windows need not be run again. */
  #before: MeasuredDocument | null = null;
  #progress: DocumentView['progress'] = 'stopped';
  #failure: string | null = null;
  #run: Run | null = null;
  /** How far the present run is. */
  #running: MeasuredDocument | null = null;
  #told = -Infinity;
  /** The lines whose beginnings the page has. */
  #listed: Uint32Array | null = null;
  /** Drops the run that waits for a pause in typing. */
  #drop: (() => void) | null = null;

  constructor(private readonly context: InstrumentContext) {}

  /** null if there is none, or nothing is known of it. */
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
  placeOf({ start, end }: Range): Place | null {
    const text = this.#shown?.text.slice(start, end) ?? '';
    const range = { start, end: end - (text.length - text.replace(/(.)\r?\n$/s, '$1').length) };
    return this.#source && { uri: this.#source.uri, ...(this.#shown?.places.near(range) ?? range) };
  }

  /** Measures a document as the user asks. Never rejects: the view says what failed. */
  async begin(source: DocumentSource): Promise<void> {
    if (source.uri !== this.#source?.uri) this.#forget();
    this.#source = source;
    await this.#measure();
  }

  /** What was measured stays. */
  stop(): void {
    this.#halt();
    if (this.#progress === 'running' || (this.#progress === 'done' && this.#shown?.outOfDate)) this.#end('stopped');
  }

  /** Measures again from the start if control tokens were read in another way than the options say now. */
  async goOn(): Promise<void> {
    const { plain } = this.context.state().options;
    if (this.#progress === 'stopped' || this.#shown?.plain !== plain) await this.#measure();
  }

  close(): void {
    this.#halt();
    this.#forget();
    this.#source = null;
    if (this.context.state().document) this.context.change({ document: null, documentLines: [] });
    this.#listed = null;
  }

  edited(uri: string, edits: readonly Edit[]): void {
    if (uri !== this.#source?.uri) return;
    const by = edits.reduce((sum, { start, end, length }) => sum + length - (end - start), 0);
    this.#shown?.places.edited(edits);
    this.#changed((this.#shown?.length ?? 0) + by);
  }

  /** The document may have changed unseen. */
  seen(uri: string): void {
    const [source, shown, run] = [this.#source, this.#shown, this.#run];
    if (!source || uri !== source.uri) return;
    const text = source.read();
    if (shown && text !== shown.text && (!shown.outOfDate || text.length !== shown.length)) {
      shown.places.lose();
      return this.#changed(text.length);
    }
    if (shown?.outOfDate && text === shown.text) {
      this.#shown = { ...shown, places: new TokenPlaces(shown.measured.tokens), length: text.length, outOfDate: false };
      this.#publish();
    }
    if (run && run.text !== null && run.text !== text) this.#again();
  }

  /** Edits that were not measured yet may be gone with the document. */
  closed(uri: string): void {
    if (uri === this.#source?.uri && this.#drop) this.stop();
  }

  /** The engine has no model any more. */
  unloaded(): void {
    if (!this.#waits) this.stop();
  }

  /** The numbers come from another model. */
  modelChanged(): void {
    if (!this.#source) return;
    this.#shown = this.#before = this.#running = null;
    if (this.#waits) return this.#publish();
    this.#halt();
    const { l10n } = this.context;
    this.#end(
      'stopped',
      l10n.t('The numbers came from another model and were removed. Continue to measure the document again.'),
    );
  }

  get #waits(): boolean {
    return this.#run !== null && this.#run.text === null && !this.#run.abort.signal.aborted;
  }

  #forget(): void {
    this.#shown = this.#before = this.#running = null;
    this.#progress = 'stopped';
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
    if (this.#progress === 'stopped' || this.#waits) return;
    if (!this.context.mayFollow()) return this.stop();
    this.#halt();
    // Another model may be wanted by then.
    this.#drop = after(pause, () => (this.context.mayFollow() ? void this.#measure() : this.stop()));
  }

  #halt(): void {
    this.#drop?.();
    this.#drop = null;
    this.#run?.abort.abort();
  }

  async #measure(): Promise<void> {
    const { context } = this;
    const source = this.#source;
    if (!source) return;
    this.#halt();
    const run: Run = { abort: new AbortController(), text: null };
    const { signal } = run.abort;
    this.#run = run;
    this.#end('running');
    try {
      const server = context.unsentTo();
      if (server !== null) return this.#end('stopped', this.#notSent(server));
      await context.ready();
      if (signal.aborted) return;
      // Another window may have chosen a server meanwhile.
      const loadedFrom = context.unsentTo(context.state().model ?? undefined);
      if (loadedFrom !== null) return this.#end('stopped', this.#notSent(loadedFrom));
      const text = source.read();
      run.text = text;
      const sums = new DocumentSums(text);
      const { plain } = context.state().options;
      const control = { signal, before: this.#before };
      for await (const measured of measureDocument(context.engine, { text, plain }, control)) {
        if (signal.aborted) return;
        sums.take(measured);
        this.#take({ text, plain, measured, sums });
      }
      this.#end('done');
    } catch (error) {
      if (this.#run === run && !(signal.aborted && isCancelled(error))) this.#end('stopped', this.#sentence(error));
    } finally {
      if (this.#run === run) this.#run = null;
    }
  }

  /** The numbers before are shown until there are as many new ones. */
  #take({ text, plain, measured, sums }: Pick<Part, 'text' | 'plain' | 'measured' | 'sums'>): void {
    this.#running = measured;
    if (measured.measured > 0) this.#before = measured;
    const shown = this.#shown;
    if (!shown || measured.measured >= Math.min(shown.measured.measured, measured.tokens.ids.length)) {
      const isSame = shown?.measured.tokens === measured.tokens;
      const places = isSame ? shown.places : new TokenPlaces(measured.tokens);
      this.#shown = { text, plain, measured, sums, places, length: text.length, outOfDate: false };
    }
    const now = performance.now();
    if (now - this.#told < between) return;
    this.#told = now;
    this.#publish();
  }

  #sentence(error: unknown): string | null {
    const { l10n, failed } = this.context;
    if (error instanceof DownloadNeeded)
      return l10n.t('The model is not downloaded yet. Download it, then continue to measure the document.');
    return isCancelled(error) ? null : failed(error);
  }

  #notSent(server: string): string {
    const { l10n } = this.context;
    return l10n.t(
      'The document was not sent to {0}. Inspect a selection first, and agree to send text to that server.',
      server,
    );
  }

  #end(progress: DocumentView['progress'], failure: string | null = null): void {
    this.#running = null;
    this.#progress = progress;
    this.#failure = failure;
    this.#publish();
  }

  #publish(): void {
    const { name, uri } = this.#source ?? {};
    if (name === undefined || uri === undefined) return;
    const [shown, counted] = [this.#shown, this.#running ?? this.#shown?.measured];
    const { starts, tokens, bits, characters } = shown?.sums.lines ?? noLines;
    this.context.change({
      document: {
        ...{ name, uri, progress: this.#progress, failure: this.#failure },
        outOfDate: shown?.outOfDate ?? false,
        tokens: counted?.tokens.ids.length ?? 0,
        measured: counted?.measured ?? 0,
        window: counted?.window ?? 0,
        plain: shown?.plain ?? null,
        control: shown?.measured.tokens.control ?? [],
        isWhole: shown !== null && shown.measured.measured === shown.measured.tokens.ids.length,
        // The sums go on in the same arrays.
        lines: { starts, tokens: tokens.slice(), bits: bits.slice(), characters: characters.slice() },
        total: shown?.sums.total ?? summed('', []),
        surprising: shown?.sums.surprising ?? [],
      },
      ...(starts !== this.#listed && { documentLines: lineBeginnings(shown?.text ?? '', starts) }),
    });
    this.#listed = starts;
  }
}

const noLines = {
  starts: new Uint32Array(),
  tokens: new Uint32Array(),
  bits: new Float64Array(),
  characters: new Uint32Array(),
};
