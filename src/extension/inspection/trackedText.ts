import type { Range } from '../../shared/tokens';
import { type Edit, type Subject, fingerprint, follow } from './subject';

/** Reads a range of a document, UTF-16 offsets; offsets beyond its end are left out. */
export type TextOf = (start: number, end: number) => string;

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
