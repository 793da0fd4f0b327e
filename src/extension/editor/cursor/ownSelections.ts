/** A selection or a range that can be told from another. */
interface Comparable<S> {
  isEqual(other: S): boolean;
}

/** Tells selections that we set from selections of the user, by their ranges. */
export class OwnSelections<E extends object, S extends Comparable<S>> {
  /** Selections that we set in an editor: the last one that it has reported, and those after it. */
  readonly #set = new WeakMap<E, readonly S[]>();

  add(editor: E, selection: S): void {
    const set = this.#set.get(editor) ?? [];
    // Set once more it gives no event.
    if (!set.at(-1)?.isEqual(selection)) this.#set.set(editor, [...set, selection]);
  }

  /**
   * Whether the selection that an editor has now is ours. The editor may leave some out when several are set quickly.
   */
  has(editor: E, selection: S): boolean {
    const set = this.#set.get(editor) ?? [];
    const at = set.findIndex((own) => own.isEqual(selection));
    this.#set.set(editor, at < 0 ? [] : set.slice(at));
    return at >= 0;
  }
}
