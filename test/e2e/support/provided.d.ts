import 'vitest';

/** What globalSetup.mjs hands to the tests. */
declare module 'vitest' {
  interface ProvidedContext {
    /** `folder` is the one that the editor opens; `pictures` is where screenshots go. Both are absolute paths. */
    editor: { readonly origin: string; readonly folder: string; readonly pictures: string };
    browser: { readonly executable: string; readonly flags: string[] };
  }
}
