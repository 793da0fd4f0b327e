/** Translates a sentence and puts pieces in place of `{0}`, `{1}` …: the part of `l10n` that panel and host share. */
export interface Translator {
  t(message: string, ...pieces: (string | number | boolean)[]): string;
}

/** Leaves sentences in English, for the command line and for tables that are data. */
export const english: Translator = {
  t: (message, ...pieces) =>
    message.replace(/\{(\d+)\}/g, (place, index: string) => String(pieces[Number(index)] ?? place)),
};

/** Names in running text: `distance, cosine and dot product`. */
export function listedInWords(names: readonly string[], l10n: Translator): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : l10n.t('{0} and {1}', names.slice(0, -1).join(', '), last);
}
