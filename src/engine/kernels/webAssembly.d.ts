// The part of WebAssembly's interface that is used: TypeScript declares it for pages and workers of browsers alone.
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
    /** Another object once the memory has grown. */
    readonly buffer: ArrayBuffer;
    /** Throws a `RangeError` where there is no more. */
    grow(pages: number): number;
  }
  function validate(bytes: ArrayBufferView<ArrayBuffer>): boolean;
}
