/** A selection or a range that can be told from another. */
interface Comparable<S> {
  isEqual(other: S): boolean;
}

interface Own<S> {
  readonly selection: S;
  /** Whether an editor has reported it. */
  readonly isReported: boolean;
}

/**
 * Tells selections that we set from selections of the user, by their ranges. They are kept by document: an editor may
 * be made anew while it comes into sight, and then reports the selection of the one before.
 */
export class OwnSelections<D extends object, S extends Comparable<S>> {
  /** Selections that we set in a document: the last one that was reported, and those after it. */
  readonly #set = new WeakMap<D, readonly Own<S>[]>();

  /** @param now the selection that the editor has: set once more it gives no event */
  add(document: D, selection: S, now?: S): void {
    const set = this.#set.get(document) ?? [];
    const isReported = now?.isEqual(selection) ?? false;
    if (!set.at(-1)?.selection.isEqual(selection)) this.#set.set(document, [...set, { selection, isReported }]);
  }

  /**
   * Whether the selection that an editor reports is ours. The editor may leave some out when several are set quickly,
   * and may report one of before ours after we have set ours.
   */
  has(document: D, selection: S): boolean {
    const set = this.#set.get(document) ?? [];
    const at = set.findIndex((own) => own.selection.isEqual(selection));
    this.#set.set(
      document,
      at < 0 ? set.filter((own) => !own.isReported) : [{ selection, isReported: true }, ...set.slice(at + 1)],
    );
    return at >= 0;
  }

  /** Whether a selection that we set is yet to be reported. */
  awaits(document: D): boolean {
    return this.#set.get(document)?.some((own) => !own.isReported) ?? false;
  }

  /** The user has made a selection: what comes after it is no longer ours. */
  forget(document: D): void {
    this.#set.delete(document);
  }
}
