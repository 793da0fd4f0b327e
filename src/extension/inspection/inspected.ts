import type { PanelOptions, PanelState } from '../../shared/panel';
import { type Edit, type Subject, fingerprint, follow, samePlace, sourceOf } from './subject';

/** The text that is inspected and the text that the numbers belong to, followed through the edits of their document. */
export class Inspected {
  /** Key of the last inspection that was begun; null if the same one must be made again. */
  key: string | null = null;
  #subject: Subject | null = null;
  #shown: Subject | null = null;
  #tracked: TrackedText | null = null;
  #grows = false;

  /** The text that was asked for last. */
  get subject(): Subject | null {
    return this.#subject;
  }

  /** The text that the numbers belong to: the same copy as `subject` only once its tokens are known. */
  get shown(): Subject | null {
    return this.#shown;
  }

  /** The shown text as the model gets it: rendered, if it is a conversation. */
  get read(): string | null {
    return this.#shown && (this.#shown.rendered ?? this.#shown.text);
  }

  get tracked(): TrackedText | null {
    return this.#tracked;
  }

  /** Whether the shown text and the inspected one have the same range. */
  get isInPlace(): boolean {
    return this.#subject !== null && samePlace(this.#shown, this.#subject);
  }

  /** What is written at the end of the text becomes part of it. */
  set grows(grows: boolean) {
    this.#grows = grows;
    if (this.#tracked) this.#tracked.grows = grows;
  }

  begin(subject: Subject, tracked: TrackedText): void {
    this.#subject = subject;
    this.#tracked = tracked;
    tracked.grows = this.#grows;
  }

  /** `rendered`: what a chat template made of the text. */
  show(rendered?: string): void {
    const subject = this.#subject;
    this.#shown = subject && rendered !== undefined ? { ...subject, rendered } : subject;
  }

  hide(): void {
    this.#shown = null;
  }

  clear(): void {
    this.key = this.#subject = this.#shown = this.#tracked = null;
  }

  isOld({ context, chat }: PanelOptions): boolean {
    const hasContext = context && chat === null;
    return this.#tracked !== null && (this.#tracked.changed || (this.#tracked.contextChanged && hasContext));
  }

  /** Takes over where the range stands now, and returns the change of the state. */
  moved(state: PanelState): Partial<PanelState> {
    const [subject, tracked] = [this.#subject, this.#tracked];
    if (!subject || !tracked) return {};
    const shown = this.isInPlace ? this.#shown : null;
    this.#subject = { ...subject, ...tracked.range };
    if (!shown) return {};
    this.#shown = { ...shown, ...tracked.range };
    const { source } = state;
    // After a refresh that failed the numbers are of an older text than the one that is followed.
    const outOfDate =
      this.isOld(state.options) ||
      (state.outOfDate && (shown.text !== subject.text || shown.before !== subject.before));
    return {
      ...(source && !samePlace(this.#subject, source) ? { source: { ...source, ...tracked.range } } : {}),
      ...(outOfDate !== state.outOfDate ? { outOfDate } : {}),
    };
  }

  /** The state's part about the text, once its tokens are shown. */
  view(options: PanelOptions): Pick<PanelState, 'source' | 'outOfDate'> {
    return { source: this.#subject && sourceOf(this.#subject), outOfDate: this.isOld(options) };
  }
}

/** Reads a range of a document, UTF-16 offsets; offsets beyond its end are left out. */
export type TextOf = (start: number, end: number) => string;

export type Range = { readonly start: number; readonly end: number };

/** UTF-16 units. */
const endingLength = 64;

/** An inspected text in its document: where it stands after edits, and whether it still reads the same there. */
export class TrackedText {
  /** Whether the text itself reads differently. */
  changed = false;
  /** Whether the text before it reads differently. */
  contextChanged = false;
  /** What is written at its end becomes part of it. */
  grows = false;
  #range: Range;

  /** `print`: the fingerprint of a text of which only the beginning is known. */
  constructor(
    private readonly subject: Pick<Subject, 'start' | 'end' | 'text' | 'before'>,
    readonly print?: string,
  ) {
    this.#range = { start: subject.start, end: subject.end };
  }

  /** Where the text stands. */
  get range(): Range {
    return this.#range;
  }

  edited(edits: readonly Edit[], textOf: TextOf): void {
    const { touched, moved, ...range } = follow(this.#range, edits, this.grows);
    this.#range = range;
    if (touched || this.changed) this.#compareText(textOf);
    if (touched || moved || this.contextChanged) this.#compareBefore(textOf);
  }

  /** Compares with a document whose edits were not seen. */
  seenAgain(textOf: TextOf): void {
    this.#compareText(textOf);
    this.#compareBefore(textOf);
  }

  #compareText(textOf: TextOf): void {
    const { start, end, text } = this.subject;
    const length = this.print === undefined ? text.length : end - start;
    const ending = text.slice(-endingLength);
    // This runs at every keystroke: a long text is read whole only if its length and its end are unchanged.
    const isSame = ({ start, end }: Range) =>
      end - start === length &&
      (this.print === undefined
        ? textOf(end - ending.length, end) === ending && textOf(start, end) === text
        : fingerprint(textOf(start, end)) === this.print);
    // An undo puts a deleted text back at its old place, outside the followed range.
    const old = { start, end: start + length };
    // A range that grows at its end has taken it in already.
    const found = (this.grows ? [this.#range] : [this.#range, old]).find(isSame);
    this.changed = found === undefined;
    this.#range = found ?? this.#range;
  }

  /** At another offset the text before counts as another: how far it reaches is then not known. */
  #compareBefore(textOf: TextOf): void {
    const { start, before } = this.subject;
    this.contextChanged = this.#range.start !== start || textOf(start - before.length, start) !== before;
  }
}
