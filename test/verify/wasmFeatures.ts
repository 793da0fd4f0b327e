/** What the engine may use in a browser. */
export interface WasmFeatures {
  readonly simd: boolean;
  readonly relaxedSimd: boolean;
  /** Modules with shared memory are valid; without `SharedArrayBuffer` there is no memory to give them. */
  readonly sharedMemory: boolean;
  readonly sharedArrayBuffer: boolean;
}

/**
 * What WebAssembly can do in the page, and in a worker that the page starts. Runs in the browser, so it refers to
 * nothing outside of itself.
 */
export async function wasmFeatures(): Promise<{ readonly page: WasmFeatures; readonly worker: WasmFeatures }> {
  const find = (): WasmFeatures => {
    const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
    /** One function of type () → v128. */
    const withBody = (...body: readonly number[]) =>
      Uint8Array.from([
        ...header,
        1,
        5,
        1,
        0x60,
        0,
        1,
        0x7b,
        3,
        2,
        1,
        0,
        10,
        body.length + 4,
        1,
        body.length + 2,
        0,
        ...body,
        0x0b,
      ]);
    const splat = [0x41, 0, 0xfd, 0x0f];
    const swizzle = [0xfd, 0x0e];
    const relaxedSwizzle = [0xfd, 0x80, 0x02];
    return {
      simd: WebAssembly.validate(withBody(...splat, ...splat, ...swizzle)),
      relaxedSimd: WebAssembly.validate(withBody(...splat, ...splat, ...relaxedSwizzle)),
      // A memory section: one page, at most one, shared.
      sharedMemory: WebAssembly.validate(Uint8Array.from([...header, 5, 4, 1, 3, 1, 1])),
      sharedArrayBuffer: typeof SharedArrayBuffer !== 'undefined',
    };
  };
  const address = URL.createObjectURL(new Blob([`postMessage((${find.toString()})())`], { type: 'text/javascript' }));
  const worker = new Worker(address);
  try {
    const inWorker = await new Promise<WasmFeatures>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<WasmFeatures>) => resolve(data);
      worker.onerror = () => reject(new Error('A worker could not be started in the page.'));
    });
    return { page: find(), worker: inWorker };
  } finally {
    worker.terminate();
    URL.revokeObjectURL(address);
  }
}
