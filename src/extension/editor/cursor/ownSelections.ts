/** A selection or a range that can be told from another. */
interface Comparable<S> {
  isEqual(other: S): boolean;
}

interface Own<S> {
  readonly selection: S;
  /** Whether the editor has reported it. */
  readonly isReported: boolean;
}

/** Tells selections that we set from selections of the user, by their ranges. */
export class OwnSelections<E extends object, S extends Comparable<S>> {
  /** Selections that we set in an editor: the last one that it has reported, and those after it. */
  readonly #set = new WeakMap<E, readonly Own<S>[]>();

  /** @param now the selection that the editor has: set once more it gives no event */
  add(editor: E, selection: S, now?: S): void {
    const set = this.#set.get(editor) ?? [];
    const isReported = now?.isEqual(selection) ?? false;
    if (!set.at(-1)?.selection.isEqual(selection)) this.#set.set(editor, [...set, { selection, isReported }]);
  }

  /**
   * Whether the selection that an editor reports is ours. The editor may leave some out when several are set quickly,
   * and may report one of before ours after we have set ours.
   */
  has(editor: E, selection: S): boolean {
    const set = this.#set.get(editor) ?? [];
    const at = set.findIndex((own) => own.selection.isEqual(selection));
    this.#set.set(
      editor,
      at < 0 ? set.filter((own) => !own.isReported) : [{ selection, isReported: true }, ...set.slice(at + 1)],
    );
    return at >= 0;
  }

  /** Whether the editor has yet to report a selection that we set. */
  awaits(editor: E): boolean {
    return this.#set.get(editor)?.some((own) => !own.isReported) ?? false;
  }

  /** The user has made a selection: what comes after it is no longer ours. */
  forget(editor: E): void {
    this.#set.delete(editor);
  }
}
