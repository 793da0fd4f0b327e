import * as l10n from '@vscode/l10n';
import type { Store } from '../extension/store';
import { EngineError } from '../shared/errors';

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
