/** A build of the kernels: see scripts/kernels.mjs. */
declare module '#kernels/*.wasm' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
