import * as l10n from '@vscode/l10n';
import type { Store } from '../extension/store';
import { EngineError } from '../shared/errors';
import { parseKeptState, type KeptState } from '../shared/kept';
import { wholeText } from './link';

/** Keeps small values in the browser, if it lets us. */
export const browserStore: Store = {
  get(key) {
    try {
      return JSON.parse(localStorage.getItem(key) ?? 'null');
    } catch {
      // A value that another page has written, or a browser that keeps nothing.
      return null;
    }
  },
  async update(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      throw new EngineError(
        'not-written',
        l10n.t(
          'This browser did not keep it: its storage for web pages is full or turned off. Free some space and try again.',
        ),
      );
    }
  },
};

const key = 'vectorscope.draft';

/** A text that its address does not hold: typed and not inspected yet, or, with `kept`, inspected and too long. */
interface Draft {
  readonly text: string;
  readonly kept: KeptState;
}

/** Keeps a text of this address for a reload of this tab. The browser forgets it with the tab. */
export function keepDraft(text: string, kept?: KeptState): void {
  const draft = { text, kept, hash: location.hash };
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

/** The draft of this address; null if there is none. */
export function draftOf(hash: string): Draft | null {
  try {
    const draft: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    const isDraft = typeof draft === 'object' && draft !== null && 'text' in draft && 'hash' in draft;
    if (!isDraft || typeof draft.text !== 'string' || draft.hash !== hash) return null;
    return { text: draft.text, kept: ('kept' in draft && parseKeptState(draft.kept)) || wholeText(draft.text) };
  } catch {
    return null;
  }
}
