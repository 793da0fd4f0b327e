/** A build of the kernels: see scripts/kernels.mjs. */
declare module '#kernels/*.wasm' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
/** Files beside our sources that bundles hold as bytes. */
declare module '*.bin' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
