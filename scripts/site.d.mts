/** Builds the page without an editor, and resolves to its folder. */
export declare function makeSite(): Promise<string>;
