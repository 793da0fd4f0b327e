import { follow, type Edit, type Subject } from './subject';

/** Reads UTF-16 offsets of a document; what is beyond its end is left out. */
export type TextOf = (start: number, end: number) => string;

export type Range = { readonly start: number; readonly end: number };

/** UTF-16 units. */
const endingLength = 64;

/** What became of an inspected text since it was read: where it stands, and whether it still reads the same there. */
export class Since {
  /** Whether its own text differs. */
  text = false;
  /** Whether the text before it differs. */
  before = false;
  #range: Range;

  constructor(private readonly subject: Pick<Subject, 'start' | 'end' | 'text' | 'before'>) {
    this.#range = { start: subject.start, end: subject.end };
  }

  /** Where the text stands. */
  get range(): Range {
    return this.#range;
  }

  edited(edits: readonly Edit[], textOf: TextOf): void {
    const { touched, moved, ...range } = follow(this.#range, edits);
    this.#range = range;
    if (touched || this.text) this.#compareText(textOf);
    if (touched || moved || this.before) this.#compareBefore(textOf);
  }

  /** Compares with a document whose edits were not seen. */
  seenAgain(textOf: TextOf): void {
    this.#compareText(textOf);
    this.#compareBefore(textOf);
  }

  #compareText(textOf: TextOf): void {
    const { start, text } = this.subject;
    const ending = text.slice(-endingLength);
    // A long text is read whole only where its length and its end are as they were: this runs at every key that is
    // typed in it.
    const isSame = ({ start, end }: Range) =>
      end - start === text.length && textOf(end - ending.length, end) === ending && textOf(start, end) === text;
    // What was deleted and put back by an undo stands outside the followed range, at its old place.
    const old = { start, end: start + text.length };
    const found = [this.#range, old].find(isSame);
    this.text = found === undefined;
    this.#range = found ?? this.#range;
  }

  /** At another offset the text before counts as another: how far it reaches is then not known. */
  #compareBefore(textOf: TextOf): void {
    const { start, before } = this.subject;
    this.before = this.#range.start !== start || textOf(start - before.length, start) !== before;
  }
}
