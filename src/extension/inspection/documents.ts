import type { Inspections } from './inspections';
import type { WholeDocument } from './instruments/wholeDocument';
import type { State } from './state';
import type { Edit } from './subject';
import type { TextOf, TrackedText } from './trackedText';

/**
 * Follows the inspected texts, and the document that is inspected as a whole, through edits. Cheap for documents that
 * are not inspected.
 */
export class Documents {
  constructor(
    private readonly state: () => Pick<State, 'wish' | 'shown'>,
    private readonly inspections: Inspections,
    private readonly whole: Pick<WholeDocument, 'edited' | 'seen'>,
    /** The text that was inspected last may stand elsewhere, or read differently. */
    private readonly moved: () => void,
  ) {}

  /** `textOf` reads the document as it is after the edits. */
  edited(uri: string, edits: readonly Edit[], textOf: TextOf): void {
    this.#track(uri, (tracked) => tracked.edited(edits, textOf));
    this.whole.edited(uri, edits);
  }

  /** The document may have changed unseen: it was closed meanwhile, or its line endings changed. */
  seen(uri: string, textOf: TextOf): void {
    this.#track(uri, (tracked) => tracked.seenAgain(textOf));
    this.whole.seen(uri);
  }

  #track(uri: string, update: (tracked: TrackedText) => void): void {
    const { wish, shown } = this.state();
    const latest = [wish, shown?.wish].flatMap((one) => (one?.subject.uri === uri ? [one.tracked] : []));
    for (const one of new Set([...latest, ...this.inspections.in(uri)])) update(one);
    if (latest.length > 0) this.moved();
  }
}
