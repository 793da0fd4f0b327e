/** The bundle's text, with its sentences in alphabetical order. */
export function bundleOfSources(): Promise<string>;
