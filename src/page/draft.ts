const key = 'vectorscope.draft';

/** A text that was typed and not inspected yet, and the address that it was typed at. */
interface Draft {
  readonly text: string;
  readonly hash: string;
}

/** Keeps a text for a reload of this tab. The browser forgets it with the tab. */
export function keepDraft(text: string): void {
  const draft: Draft = { text, hash: location.hash };
  try {
    sessionStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // The browser keeps nothing for this page, or not so much.
  }
}

/** Forgets the text that was typed at this address, and none of another: a person may go back to it. */
export function dropDraft(hash: string): void {
  if (draftOf(hash) === null) return;
  try {
    sessionStorage.removeItem(key);
  } catch {
    // As above.
  }
}

/** The text that was typed at this address; null if there is none. */
export function draftOf(hash: string): string | null {
  try {
    const draft: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    const isDraft = typeof draft === 'object' && draft !== null && 'text' in draft && 'hash' in draft;
    return isDraft && typeof draft.text === 'string' && draft.hash === hash ? draft.text : null;
  } catch {
    return null;
  }
}
