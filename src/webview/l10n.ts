import * as l10n from '@vscode/l10n';
import { record, safeParse, string } from 'valibot';

const bundleSchema = record(string(), string());

/** Translations by their English sentences, read from JSON; null where there are none or they are no such thing. */
export function readBundle(json: string | undefined): Readonly<Record<string, string>> | null {
  try {
    const read = safeParse(bundleSchema, JSON.parse(json ?? 'null'));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}

/**
 * Has all that the page says from now on come from the bundle that the host handed over; without one it speaks English.
 * Nothing is said before, since words are looked up as they are drawn, never as a module is read.
 */
export function translate(json: string | undefined): void {
  l10n.config({ contents: readBundle(json) ?? {} });
}
