import 'vitest';

/** What globalSetup.mjs hands to the tests. */
declare module 'vitest' {
  interface ProvidedContext {
    /** A pair for each worker. */
    editors: {
      /**
       * Absolute paths: windows open folders below `folder`, `sample` is the document to copy, screenshots go to
       * `pictures`, the editor's logs are below `userDir`, home.mjs fills `home`.
       */
      readonly node: {
        readonly origin: string;
        readonly folder: string;
        readonly sample: string;
        readonly pictures: string;
        readonly userDir: string;
        readonly home: string;
      };
      /** The same folders in an editor that runs the extension in the browser's extension host. */
      readonly web: { readonly origin: string };
    }[];
  }
}
