import 'vitest';

/** What globalSetup.mjs hands to the tests of the page. */
declare module 'vitest' {
  interface ProvidedContext {
    /** Origins that serve the page, with the headers that threads need and without them. */
    site: { readonly plain: string; readonly isolated: string };
    /** The folder for pictures of what went wrong. */
    output: string;
    browser: { readonly executable: string; readonly flags: string[] };
    /** Whether the pictures of the README are drawn anew, as `--update` asks for, instead of compared. */
    drawsPictures: boolean;
  }
}
