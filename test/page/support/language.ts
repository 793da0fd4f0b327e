import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

export type Language = 'de';

/** The panel's sentences in a language, by their English. */
export const sentencesIn = (language: Language): Readonly<Record<string, string>> =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../l10n', `bundle.l10n.${language}.json`), 'utf8'),
  ) as Readonly<Record<string, string>>;

/**
 * Has the panel speak a language as in an editor, by its sentences and the tag of the language, while the page has
 * `?language=` in its address.
 */
export const speak = (page: Page, language: Language): Promise<unknown> =>
  page.addInitScript(
    ([bundle, tag]) => {
      if (new URLSearchParams(location.search).get('language') !== tag) return;
      interface Host {
        readonly bundle: string;
        opened(frame: Window): void;
      }
      let host: Host | undefined;
      // The page makes the host just before the frame reads from it.
      Object.defineProperty(window, 'frameHost', {
        configurable: true,
        get: () => host,
        set(made: Host) {
          host = {
            ...made,
            bundle,
            opened(frame) {
              frame.document.documentElement.lang = tag;
              made.opened(frame);
            },
          };
        },
      });
    },
    [JSON.stringify(sentencesIn(language)), language] as const,
  );
