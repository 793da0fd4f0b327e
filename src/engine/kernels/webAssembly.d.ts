// The part of WebAssembly's API that the engine uses. TypeScript declares it only for browsers.
declare namespace WebAssembly {
  class Module {
    constructor(bytes: ArrayBufferView<ArrayBuffer>);
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  class Memory {
    constructor(descriptor: { readonly initial: number; readonly maximum: number; readonly shared: boolean });
    /** Replaced when the memory grows. */
    readonly buffer: ArrayBuffer;
    /** Throws a `RangeError` if there is no more. */
    grow(pages: number): number;
  }
  function validate(bytes: ArrayBufferView<ArrayBuffer>): boolean;
}
