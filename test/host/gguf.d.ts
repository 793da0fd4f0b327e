/** The bytes of a model, which a host without a disk could not read. */
declare module '*.gguf' {
  const bytes: Uint8Array;
  export default bytes;
}
