/** The bundle's text, with its sentences in alphabetical order. */
export function bundleOfSources(): Promise<string>;
/** The tags of sentences that name no language. */
export const saidTags: readonly string[];
/** The templates of sentences that name no language, with `{0}`, `{1}` … in place of their values. */
export function templatesOf(source: string): string[];
/** The sentences of a page: the texts of its elements with `data-l10n`. */
export function textsOf(html: string): string[];
/** All templates of the engine and of what it shares. */
export function saidTemplates(): string[];
/** The keys of the sentences that have no German. */
export function withoutGerman(): string[];
