import type { Store } from '../extension/store';

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
    localStorage.setItem(key, JSON.stringify(value));
  },
};
