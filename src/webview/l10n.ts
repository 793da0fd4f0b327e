import * as l10n from '@vscode/l10n';
import { record, safeParse, string } from 'valibot';

const bundleSchema = record(string(), string());

/** Translations by English sentence, from JSON. `null` if there are none or the JSON is invalid. */
export function readBundle(json: string | undefined): Readonly<Record<string, string>> | null {
  try {
    const read = safeParse(bundleSchema, JSON.parse(json ?? 'null'));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}

/**
 * Translates the page by the bundle that the extension passed, or leaves it English. Modules call `l10n.t` only while
 * drawing, so this comes early enough. Returns whether there is a translation.
 */
export function translate(json: string | undefined): boolean {
  const bundle = readBundle(json);
  l10n.config({ contents: bundle ?? {} });
  return bundle !== null;
}
