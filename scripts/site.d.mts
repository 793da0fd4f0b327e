/** Builds the page without an editor, and resolves to its folder. */
export function makeSite(): Promise<string>;
