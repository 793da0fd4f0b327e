import type { PanelOptions, PanelState } from '../../shared/panel';
import type { Since } from './since';
import { samePlace, sourceOf, type Subject } from './subject';

/** What is inspected and what is shown of it, followed through the edits of its document. */
export class Inspected {
  #subject: Subject | null = null;
  #shown: Subject | null = null;
  #since: Since | null = null;

  /** What is to be inspected. */
  get subject(): Subject | null {
    return this.#subject;
  }

  /** What the numbers belong to: the same copy as `subject` only once its tokens are known. */
  get shown(): Subject | null {
    return this.#shown;
  }

  get since(): Since | null {
    return this.#since;
  }

  /** Whether what is shown stands where the next inspection does. */
  get isInPlace(): boolean {
    return this.#subject !== null && samePlace(this.#shown, this.#subject);
  }

  begin(subject: Subject, since: Since): void {
    this.#subject = subject;
    this.#since = since;
  }

  show(): void {
    this.#shown = this.#subject;
  }

  hide(): void {
    this.#shown = null;
  }

  clear(): void {
    this.#subject = this.#shown = this.#since = null;
  }

  isOld({ context }: PanelOptions): boolean {
    return this.#since !== null && (this.#since.text || (this.#since.before && context));
  }

  /** Takes over where the range stands now, and returns what that changes in the state. */
  moved(state: PanelState): Partial<PanelState> {
    const [subject, since] = [this.#subject, this.#since];
    if (!subject || !since) return {};
    const shown = this.isInPlace ? this.#shown : null;
    this.#subject = { ...subject, ...since.range };
    if (!shown) return {};
    this.#shown = { ...shown, ...since.range };
    const { source } = state;
    // After a refresh that failed the numbers are of an older text than the one that is followed.
    const outOfDate =
      this.isOld(state.options) ||
      (state.outOfDate && (shown.text !== subject.text || shown.before !== subject.before));
    return {
      ...(source && !samePlace(this.#subject, source) ? { source: { ...source, ...since.range } } : {}),
      ...(outOfDate !== state.outOfDate ? { outOfDate } : {}),
    };
  }

  /** What the state says of the text once its tokens are shown. */
  view(options: PanelOptions): Pick<PanelState, 'source' | 'outOfDate'> {
    return { source: this.#subject && sourceOf(this.#subject), outOfDate: this.isOld(options) };
  }
}
