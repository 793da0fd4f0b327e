import type { Inspected, TextOf, TrackedText } from './inspected';
import type { Inspections } from './inspections';
import type { WholeDocument } from './instruments/wholeDocument';
import type { Edit } from './subject';

/**
 * Follows the inspected texts, and the document that is inspected as a whole, through edits. Cheap for documents that
 * are not inspected.
 */
export class Documents {
  constructor(
    private readonly inspected: Inspected,
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
    const { subject, tracked } = this.inspected;
    const latest = subject?.uri === uri ? tracked : null;
    for (const one of new Set([...(latest ? [latest] : []), ...this.inspections.in(uri)])) update(one);
    if (latest) this.moved();
  }
}
