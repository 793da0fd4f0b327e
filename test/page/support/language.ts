import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Language = 'de';

/** The panel's sentences in a language, by their English. */
export const sentencesIn = (language: Language): Readonly<Record<string, string>> =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../l10n', `bundle.l10n.${language}.json`), 'utf8'),
  ) as Readonly<Record<string, string>>;
